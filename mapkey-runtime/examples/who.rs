fn main() {
    let started = std::time::Instant::now();
    let programs = mapkey_runtime::program::Programs::load().unwrap();
    println!("{:?} {:?}", started.elapsed(), programs.statistics());
    for program in programs.iter() {
        println!("{program}  {:?} {:?}", program.info.map_ids, program.gaps);
        for map in &program.info.map_ids {
            println!("   {:?}", programs.users_of(*map).map_use());
        }
    }
}
