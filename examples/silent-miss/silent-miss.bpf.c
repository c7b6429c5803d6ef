// Counts packets by where they go: one program with the bug, one without.

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_helpers.h>

// The headers, as they follow each other in the packets of this example.
struct headers {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
} __attribute__((packed));

// Seven bytes of members, and one more that no member has: the compiler rounds up to the alignment.
struct conn_key {
	__be32 daddr;
	__be16 dport;
	__u8 l4_proto;
};

// The same bytes, the last one with a name.
struct repaired_key {
	__be32 daddr;
	__be16 dport;
	__u8 l4_proto;
	__u8 _pad;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct conn_key);
	__type(value, __u64);
	__uint(max_entries, 1024);
} conns SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct repaired_key);
	__type(value, __u64);
	__uint(max_entries, 1024);
} repaired SEC(".maps");

static __always_inline void add(void *map, const void *key)
{
	__u64 one = 1, *count = bpf_map_lookup_elem(map, key);

	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(map, key, &one, BPF_NOEXIST);
}

// Whether this is a packet to count. What it copied stays behind on the stack when it returns.
static __noinline int is_udp(struct xdp_md *ctx)
{
	volatile struct headers headers;

	if (bpf_xdp_load_bytes(ctx, 0, (void *)&headers, sizeof(headers)))
		return 0;
	return headers.ip.protocol == IPPROTO_UDP;
}

// The frame of this function lies where that of `is_udp` lay: the byte of `key` that nothing is
// written to is the lower half of the UDP length, which `is_udp` read.
static __noinline int add_conn(struct xdp_md *ctx)
{
	struct headers *headers = (void *)(long)ctx->data;
	struct conn_key key;

	if ((void *)(headers + 1) > (void *)(long)ctx->data_end)
		return 0;
	// The bug: every member is set, and `key` has a byte that is no member.
	key.daddr = headers->ip.daddr;
	key.dport = headers->udp.dest;
	key.l4_proto = headers->ip.protocol;
	add(&conns, &key);
	return 0;
}

SEC("xdp")
int count_conns(struct xdp_md *ctx)
{
	if (is_udp(ctx))
		add_conn(ctx);
	return XDP_PASS;
}

static __noinline int add_repaired(struct xdp_md *ctx)
{
	struct headers *headers = (void *)(long)ctx->data;
	struct repaired_key key = {};

	if ((void *)(headers + 1) > (void *)(long)ctx->data_end)
		return 0;
	key.daddr = headers->ip.daddr;
	key.dport = headers->udp.dest;
	key.l4_proto = headers->ip.protocol;
	add(&repaired, &key);
	return 0;
}

SEC("xdp")
int count_repaired(struct xdp_md *ctx)
{
	if (is_udp(ctx))
		add_repaired(ctx);
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
