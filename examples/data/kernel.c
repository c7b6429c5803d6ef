/* A few types as Linux 6.12 has them (include/uapi/linux/bpf.h, include/uapi/linux/in6.h,
 * include/net/inetpeer.h, include/net/flow_dissector.h, include/net/ip6_fib.h): what the examples use
 * where the running kernel has no BTF. */

typedef unsigned char __u8;
typedef unsigned short __u16;
typedef unsigned int __u32;
typedef unsigned long long __u64;
typedef __u16 __be16;
typedef __u32 __be32;

/* Compilers emit only the types that something uses. */
#define EMIT(type, name) type name __attribute__((used, section(".data")))

struct bpf_cgroup_storage_key {
	__u64 cgroup_inode_id;
	__u32 attach_type;
};
EMIT(struct bpf_cgroup_storage_key, bpf_cgroup_storage_key);

struct in6_addr {
	union {
		__u8 u6_addr8[16];
		__be16 u6_addr16[8];
		__be32 u6_addr32[4];
	} in6_u;
};
EMIT(struct in6_addr, in6_addr);

struct ipv4_addr_key {
	__be32 addr;
	int vif;
};
EMIT(struct ipv4_addr_key, ipv4_addr_key);

struct bpf_sock_tuple {
	union {
		struct {
			__be32 saddr;
			__be32 daddr;
			__be16 sport;
			__be16 dport;
		} ipv4;
		struct {
			__be32 saddr[4];
			__be32 daddr[4];
			__be16 sport;
			__be16 dport;
		} ipv6;
	};
};
EMIT(struct bpf_sock_tuple, bpf_sock_tuple);

struct flow_dissector_key_ports {
	union {
		__be32 ports;
		struct {
			__be16 src;
			__be16 dst;
		};
	};
};
EMIT(struct flow_dissector_key_ports, flow_dissector_key_ports);

struct bpf_lpm_trie_key_hdr {
	__u32 prefixlen;
};

struct bpf_lpm_trie_key_u8 {
	union {
		struct bpf_lpm_trie_key_hdr hdr;
		__u32 prefixlen;
	};
	__u8 data[];
};
EMIT(struct bpf_lpm_trie_key_u8, bpf_lpm_trie_key_u8);

struct rt6key {
	struct in6_addr addr;
	int plen;
};
EMIT(struct rt6key, rt6key);
