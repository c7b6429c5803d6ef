//! A program without keys.

#[test]
fn a_program_without_keys_is_fine() {
    let all = mapkey_runtime::validate_all().expect("nothing to check, not even a kernel's BTF");
    assert!(all.matched.is_empty() && all.deferred.is_empty());
    assert_eq!(all.to_string(), "no keys are linked into this program");
}
