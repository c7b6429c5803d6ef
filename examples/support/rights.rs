//! What the kernel asks of a process that works with eBPF, checked before it is asked.

use std::fmt;
use std::fs;

use rustix::thread::{CapabilitySet, capabilities};

/// A capability, and what an example needs it for.
pub(crate) struct Need {
    pub(crate) capability: Capability,
    pub(crate) to: &'static str,
}

#[derive(Clone, Copy)]
pub(crate) enum Capability {
    Bpf,
    #[allow(dead_code, reason = "not every example needs it")]
    NetAdmin,
    #[allow(dead_code, reason = "not every example needs it")]
    Perfmon,
    SysAdmin,
}

impl Capability {
    const fn name(self) -> &'static str {
        match self {
            Self::Bpf => "CAP_BPF",
            Self::NetAdmin => "CAP_NET_ADMIN",
            Self::Perfmon => "CAP_PERFMON",
            Self::SysAdmin => "CAP_SYS_ADMIN",
        }
    }

    const fn bit(self) -> CapabilitySet {
        match self {
            Self::Bpf => CapabilitySet::BPF,
            Self::NetAdmin => CapabilitySet::NET_ADMIN,
            Self::Perfmon => CapabilitySet::PERFMON,
            Self::SysAdmin => CapabilitySet::SYS_ADMIN,
        }
    }

    /// Whether `set` has it. For eBPF `CAP_SYS_ADMIN` stands for `CAP_BPF` and `CAP_PERFMON`
    /// (`bpf_token_capable` in `kernel/bpf/token.c`).
    fn is_in(self, set: CapabilitySet) -> bool {
        let implied = matches!(self, Self::Bpf | Self::Perfmon) && set.contains(CapabilitySet::SYS_ADMIN);
        implied || set.contains(self.bit())
    }
}

/// Why a process may not do what it needs to; its `Display` says how it may.
pub(crate) enum Missing {
    /// These capabilities are not in its effective set.
    Capabilities(Vec<&'static Need>),
    /// It has them in a user namespace, and for eBPF the kernel asks for them in the initial one
    /// (`bpf_token_capable`, without a token).
    UserNamespace,
}

/// Whether this process has all that it `needs`.
///
/// # Errors
///
/// What is missing.
pub(crate) fn check(needs: &'static [Need]) -> Result<(), Missing> {
    // The call fails for other processes only, and then nothing is known to be missing.
    let effective = capabilities(None).map_or(CapabilitySet::all(), |sets| sets.effective);
    let missing: Vec<_> = needs.iter().filter(|need| !need.capability.is_in(effective)).collect();
    if !missing.is_empty() {
        Err(Missing::Capabilities(missing))
    } else if in_user_namespace() {
        Err(Missing::UserNamespace)
    } else {
        Ok(())
    }
}

/// The initial user namespace maps every id to itself.
fn in_user_namespace() -> bool {
    fs::read_to_string("/proc/self/uid_map").is_ok_and(|map| !map.split_whitespace().eq(["0", "0", "4294967295"]))
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capabilities(needs) => {
                f.write_str("this process lacks ")?;
                for (index, need) in needs.iter().enumerate() {
                    let comma = match index {
                        0 => "",
                        _ if index + 1 == needs.len() => " and ",
                        _ => ", ",
                    };
                    write!(f, "{comma}{}", need.capability.name())?;
                }
                for need in needs {
                    write!(f, "\n  {:<15}{}", need.capability.name(), need.to)?;
                }
            }
            Self::UserNamespace => f.write_str(
                "this process has its capabilities in a user namespace only, where they do not count for eBPF",
            )?,
        }
        f.write_str("\nrun it as the machine's root")?;
        if let Ok(program) = std::env::current_exe() {
            write!(f, ": sudo {}", program.display())?;
        }
        Ok(())
    }
}
