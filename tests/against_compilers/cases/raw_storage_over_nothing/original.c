struct raw_over_nothing {
	__u32 m1;
	union {
		__u32 word;
		__u8 octets[4];
	} m2;
	__u64 m3;
} variable __attribute__((used, section(".data")));
