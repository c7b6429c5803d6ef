// Counts the packets and bytes of each IPv4 flow, before the network stack sees them.
//
// `flow-bpf/src/main.rs` is the same program in Rust.

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

// `FlowKey` and `FlowStats` of `flow-common`. The padding is a member, so that `{}` makes it zero.
struct flow_key {
	__be32 saddr;
	__be32 daddr;
	__be16 sport;
	__be16 dport;
	__u8 l4_proto;
	__u8 _pad[3];
};

struct flow_stats {
	__u64 packets;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__type(key, struct flow_key);
	__type(value, struct flow_stats);
	__uint(max_entries, 10240);
} flows SEC(".maps");

// The start of every TCP and UDP header.
struct ports {
	__be16 source;
	__be16 dest;
};

#define FRAGMENT_OFFSET 0x1fff

// Counts one packet. Several processors may do so at once.
static __always_inline void add(const struct flow_key *key, __u64 bytes)
{
	struct flow_stats *stats = bpf_map_lookup_elem(&flows, key);

	if (!stats) {
		struct flow_stats none = {};

		// Where another processor was first, its entry is as good.
		bpf_map_update_elem(&flows, key, &none, BPF_NOEXIST);
		stats = bpf_map_lookup_elem(&flows, key);
		if (!stats)
			return;
	}
	__sync_fetch_and_add(&stats->packets, 1);
	__sync_fetch_and_add(&stats->bytes, bytes);
}

SEC("xdp")
int count_flows(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct flow_key key = {};

	// What is no IPv4, or cut short, is not counted. Every packet passes.
	if ((void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return XDP_PASS;
	key.saddr = ip->saddr;
	key.daddr = ip->daddr;
	key.l4_proto = ip->protocol;
	if (!(ip->frag_off & bpf_htons(FRAGMENT_OFFSET)) &&
	    (ip->protocol == IPPROTO_TCP || ip->protocol == IPPROTO_UDP)) {
		struct ports *ports = (void *)ip + ip->ihl * 4;

		if ((void *)(ports + 1) > end)
			return XDP_PASS;
		key.sport = ports->source;
		key.dport = ports->dest;
	}
	add(&key, bpf_ntohs(ip->tot_len));
	return XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual MIT/GPL";
