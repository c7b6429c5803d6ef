use mapkey_runtime::prelude::*;

fn main() {
    let _ = CheckedMap::<u32, bool>::open_id(41);
}
