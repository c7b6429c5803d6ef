//! What a name says about bytes that their type does not.

/// Whether a member is called as padding is: `pad`, `_pad2`, `__padding`, `tail_pad`, `reserved`, `unused`, `rsvd`,
/// `_res1`.
///
/// `pad` counts as the last word of a name (`key_pad`), and not as another (`pad_len` is a length). The rest counts as
/// the whole name only, because `reserved_ip` and `is_unused` are values, and `res` needs an underscore before it or a
/// number behind it, because `res` alone is a result.
pub(crate) fn is_padding(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    let bare = lower.trim_matches('_');
    let stem = bare.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
    let last = stem.rsplit('_').next().unwrap_or(stem);
    matches!(last, "pad" | "padding")
        || matches!(stem, "unused" | "reserved" | "rsvd" | "resvd" | "resv" | "rsv" | "filler")
        || stem == "res" && (lower.starts_with('_') || bare != stem)
}

/// Whether a 64-bit field holds two numbers in its halves: `pid_tgid`, `tgid_pid`, `uid_gid`.
pub(crate) fn is_pair(path: &str) -> bool {
    let name = last_segment(path).to_ascii_lowercase();
    let squeezed: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    ["pidtgid", "tgidpid", "pidtid", "tidpid", "uidgid", "giduid"].iter().any(|pair| squeezed.contains(pair))
}

/// Whether the bytes of a field may well be an address: `saddr`, `dst_ip`, `addr6`.
pub(crate) fn is_address(path: &str) -> bool {
    let name = last_segment(path).to_ascii_lowercase();
    let words = name.split('_').map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit() || c == 'v'));
    name.contains("addr") || words.clone().any(|word| matches!(word, "ip" | "ipv" | "sip" | "dip" | "daddr" | "saddr"))
}

/// A field's name with the direction in it turned round: `saddr` for `daddr`, `remote.port` for `local.port`. `None`
/// where the name has no direction.
pub(crate) fn opposite(path: &str) -> Option<String> {
    const WORDS: [(&str, &str); 10] = [
        ("source", "destination"),
        ("source", "dest"),
        ("src", "dst"),
        ("src", "dest"),
        ("local", "remote"),
        ("client", "server"),
        ("from", "to"),
        ("saddr", "daddr"),
        ("sport", "dport"),
        ("sip", "dip"),
    ];
    let mut turned = None;
    for (first, second) in WORDS {
        for (from, to) in [(first, second), (second, first)] {
            if let Some(other) = with_word(path, from, to) {
                // The longest word is the right one: `destination` before `dest`.
                if turned.as_ref().is_none_or(|(len, _)| from.len() > *len) {
                    turned = Some((from.len(), other));
                }
            }
        }
    }
    turned.map(|(_, other)| other).or_else(|| by_first_letter(path))
}

/// All names that `path` has when `from` stands for `to`, as a word or at the start of one.
fn with_word(path: &str, from: &str, to: &str) -> Option<String> {
    let at = path.match_indices(from).map(|(at, _)| at).find(|&at| {
        let before = path[..at].chars().next_back();
        let behind = path[at + from.len()..].chars().next();
        let starts = before.is_none_or(|c| !c.is_ascii_alphanumeric());
        // `to` and `from` are parts of many other words.
        let ends = from.len() > 4 || from != "to" || behind.is_none_or(|c| !c.is_ascii_alphabetic());
        starts && ends
    })?;
    Some(format!("{}{to}{}", &path[..at], &path[at + from.len()..]))
}

/// `sport` and `dport`, `s_ip` and `d_ip`, `skc_daddr` and `skc_rcv_saddr` not.
fn by_first_letter(path: &str) -> Option<String> {
    let start = path.rfind('.').map_or(0, |dot| dot + 1);
    let (head, name) = path.split_at(start);
    let other = match name.as_bytes().first()? {
        b's' => 'd',
        b'd' => 's',
        _ => return None,
    };
    Some(format!("{head}{other}{}", &name[1..]))
}

fn last_segment(path: &str) -> &str {
    let name = path.rsplit('.').next().unwrap_or(path);
    name.split('[').next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_is_told_by_its_name() {
        for name in [
            "pad",
            "_pad",
            "__pad",
            "pad0",
            "_pad_2",
            "padding",
            "Padding",
            "tail_pad",
            "reserved",
            "__reserved",
            "unused1",
            "_rsvd",
            "_res",
            "res1",
            "__res2",
            "filler",
        ] {
            assert!(is_padding(name), "{name}");
        }
        for name in
            ["padlen", "pad_len", "paddr", "res", "result", "reserved_ip", "is_unused", "ipad_x", "spare_ip", ""]
        {
            assert!(!is_padding(name), "{name}");
        }
    }

    #[test]
    fn directions_are_turned_round() {
        for (one, other) in [
            ("saddr", "daddr"),
            ("src.port", "dst.port"),
            ("src_ip", "dst_ip"),
            ("local_port", "remote_port"),
            ("flow.sport", "flow.dport"),
            ("source", "destination"),
            ("from", "to"),
        ] {
            assert_eq!(opposite(one).as_deref(), Some(other));
            assert_eq!(opposite(other).as_deref(), Some(one));
        }
        assert_eq!(opposite("ifindex"), None);
        assert_eq!(opposite("proto"), None);
    }

    #[test]
    fn pairs_and_addresses() {
        assert!(is_pair("pid_tgid") && is_pair("key.pid_tgid") && is_pair("tgidpid") && is_pair("uid_gid"));
        assert!(!is_pair("pid") && !is_pair("cookie"));
        assert!(is_address("saddr") && is_address("dst_ip") && is_address("k.ip6") && is_address("ipv4"));
        assert!(!is_address("zip") && !is_address("flags"));
    }
}
