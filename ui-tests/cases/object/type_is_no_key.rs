#[allow(dead_code)]
struct Flow {
    saddr: u32,
}

mapkey_runtime::assert_object!(Flow, file = concat!(env!("MAPKEY_FIXTURES"), "/maps.bpf.o"), map = "flows");

fn main() {}
