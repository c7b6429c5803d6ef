/* missing m2 */
struct raw_over_nothing {
	__u32 m1;
	__u64 m3;
} variable __attribute__((used, section(".data")));
