//! Nothing: the tests beside it show libbpf-rs's maps under checked handles.
