use mapkey_runtime::prelude::*;

struct Stats {
    packets: u64,
}

fn main() {
    let _ = CheckedMap::<u32, PerCpu<Stats>>::open_id(41);
}
