//! Where a kernel's configuration is found, and what it says.

mod support;

use mapkey_runtime::{ConfigAttempt, KernelConfig};
use support::{RELEASE, root};

const TEXT: &[u8] = b"#\n# Linux/x86 6.1.0 Kernel Configuration\n#\nCONFIG_BPF_SYSCALL=y\nCONFIG_BPF_JIT=y\n\
    # CONFIG_BPF_JIT_ALWAYS_ON is not set\nCONFIG_BPF_UNPRIV_DEFAULT_OFF=y\nCONFIG_DEBUG_INFO_BTF=y\nCONFIG_TUN=m\n\
    CONFIG_LOCALVERSION=\"-test\"\n";

#[test]
fn values_as_the_file_has_them() {
    let root = root(&[("boot/config-6.1.0-test", TEXT)]);
    let config = KernelConfig::under(root.path(), RELEASE).expect("the file is there");
    assert_eq!(config.path(), root.path().join("boot/config-6.1.0-test"));
    assert_eq!(config.value("CONFIG_TUN"), Some("m"));
    assert_eq!(config.value("CONFIG_LOCALVERSION"), Some("\"-test\""));
    assert_eq!(config.value("CONFIG_BPF_JIT_ALWAYS_ON"), None);
    // The beginning of another option's name.
    assert_eq!(config.value("CONFIG_BPF"), None);
    assert!(config.is_built_in("CONFIG_BPF_JIT") && !config.is_built_in("CONFIG_TUN"));
}

#[test]
fn every_place() {
    for place in [
        "boot/config-6.1.0-test",
        "lib/modules/6.1.0-test/config",
        "usr/lib/modules/6.1.0-test/config",
        "usr/lib/kernel/config-6.1.0-test",
        "lib/modules/6.1.0-test/build/.config",
    ] {
        let root = root(&[(place, TEXT)]);
        let config = KernelConfig::under(root.path(), RELEASE).expect("the file is there");
        assert_eq!(config.path(), root.path().join(place));
    }
}

#[test]
fn nothing_says_it() {
    let root = root(&[
        ("boot/config-6.1.0-test", b"# empty\n"),
        ("proc/config.gz", b""),
        ("proc/sys/kernel/osrelease", b"6.2.0\n"),
    ]);
    let error = KernelConfig::under(root.path(), RELEASE).expect_err("no file has options");
    assert_eq!(error.attempts.len(), 6);
    assert!(matches!(&error.attempts[0].1, ConfigAttempt::OtherKernel { running } if running == "6.2.0"), "{error}");
    assert!(matches!(&error.attempts[1].1, ConfigAttempt::NoOptions), "{error}");
    let text = error.to_string();
    assert!(text.starts_with("no file says how the kernel 6.1.0-test was configured; looked at:\n"), "{text}");
    assert!(text.contains("proc/config.gz: of the kernel 6.2.0, which runs\n"), "{text}");
    assert!(text.contains("usr/lib/kernel/config-6.1.0-test: not there\n"), "{text}");
}

#[cfg(not(feature = "compressed"))]
#[test]
fn what_is_compressed_is_not_passed_over_in_silence() {
    let root = root(&[("proc/config.gz", b"\x1f\x8b"), ("proc/sys/kernel/osrelease", b"6.1.0-test\n")]);
    let error = KernelConfig::under(root.path(), RELEASE).expect_err("it cannot be read");
    assert!(matches!(&error.attempts[0].1, ConfigAttempt::Compressed), "{error}");
    assert!(error.to_string().contains("feature `compressed`"), "{error}");
}

#[cfg(feature = "compressed")]
mod compressed {
    use std::io::Write;

    use mapkey_runtime::{Source, SourceError};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).expect("memory");
        encoder.finish().expect("memory")
    }

    fn running(config: &[u8]) -> tempfile::TempDir {
        root(&[
            ("proc/config.gz", config),
            ("proc/sys/kernel/osrelease", b"6.1.0-test\n"),
            ("boot/config-6.1.0-test", b"CONFIG_TUN=y\n"),
        ])
    }

    #[test]
    fn what_the_running_kernel_says_comes_first() {
        let root = running(&gzip(TEXT));
        let config = KernelConfig::under(root.path(), RELEASE).expect("the file is there");
        assert_eq!((config.path(), config.value("CONFIG_TUN")), (&*root.path().join("proc/config.gz"), Some("m")));
        // Another kernel's.
        assert!(KernelConfig::under(root.path(), "6.1.1").is_err());
    }

    #[test]
    fn broken_and_far_too_large() {
        let whole = gzip(TEXT);
        for config in [&whole[..whole.len() / 2], b"", &gzip(&vec![b'#'; (1 << 24) + 1])] {
            let config = KernelConfig::under(running(config).path(), RELEASE).expect("the other file is there");
            assert_eq!(config.value("CONFIG_TUN"), Some("y"));
        }
    }

    #[test]
    fn the_kernel_was_built_without_btf() {
        let root = root(&[
            ("proc/config.gz", &gzip(b"CONFIG_BPF=y\n")),
            ("proc/sys/kernel/osrelease", b"6.1.0-test\n"),
            ("sys/kernel/x", b""),
        ]);
        let Err(SourceError::NoKernelBtf(error)) = Source::kernel_under(root.path(), RELEASE) else { panic!("no BTF") };
        assert_eq!(error.not_configured, Some(root.path().join("proc/config.gz")));
    }

    /// This machine's, if it tells.
    #[test]
    fn the_running_kernel() {
        match KernelConfig::running() {
            Ok(config) => assert!(config.value("CONFIG_BPF_SYSCALL").is_some_and(|value| value == "y"), "{config:?}"),
            Err(error) => println!("skipped: {error}"),
        }
    }
}
