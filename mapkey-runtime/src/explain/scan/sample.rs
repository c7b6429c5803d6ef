//! Some of the map's entries, to know what is usual in it.

/// How many entries to keep.
const MOST: usize = 1024;

/// How many bytes to keep.
const MOST_BYTES: usize = 1 << 20;

/// A sample of the entries that were seen, spread over all of them.
pub(crate) struct Sample {
    size: usize,
    most: usize,
    bytes: Vec<u8>,
    seen: u64,
    /// The number of the entry that is kept next.
    next: u64,
    random: u64,
}

impl Sample {
    pub(crate) fn new(size: usize) -> Self {
        let most = (MOST_BYTES / size.max(1)).clamp(8, MOST);
        Self { size, most, bytes: Vec::new(), seen: 0, next: 0, random: 0x9e37_79b9_7f4a_7c15 }
    }

    /// Keeps the first entries all, and ever fewer of those that follow, each in the place of another.
    #[inline]
    pub(crate) fn offer(&mut self, entry: &[u8]) {
        if self.seen == self.next {
            self.keep(entry);
        }
        self.seen += 1;
    }

    fn keep(&mut self, entry: &[u8]) {
        let most = self.most as u64;
        if self.bytes.len() < self.most * self.size {
            self.bytes.extend_from_slice(entry);
            self.next += 1;
            return;
        }
        // Xorshift: what matters is that no pattern of the map's order shows.
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        let place = usize::try_from(self.random % most).unwrap_or(0) * self.size;
        self.bytes[place..place + self.size].copy_from_slice(entry);
        self.next = self.seen + 1 + self.seen / most + self.random / most % (1 + self.seen / most);
    }

    /// The first `count` entries, or as many of them as were kept before any was replaced.
    pub(crate) fn first(&self, count: usize) -> Vec<Vec<u8>> {
        self.entries().take(count).map(<[u8]>::to_vec).collect()
    }

    pub(crate) fn entries(&self) -> impl Iterator<Item = &[u8]> {
        self.bytes.chunks_exact(self.size.max(1))
    }
}
