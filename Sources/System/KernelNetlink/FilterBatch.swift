internal import CNetlink
internal import Glibc
internal import NetworkTypes

/// The messages of one transaction of nf_tables (`<linux/netfilter/nf_tables.h>`): all of them count, or none does.
/// Numbers are in network order.
struct FilterBatch {
    private(set) var writer: MessageWriter
    private var sequence: UInt32

    private static let inet: UInt8 = 1  // NFPROTO_INET: rules for both families
    private static let localIn: UInt32 = 1  // NF_INET_LOCAL_IN
    private static let subsystem = UInt16(NFNL_SUBSYS_NFTABLES)

    init(_ writer: MessageWriter, _ sequence: UInt32) {
        self.writer = writer
        self.sequence = sequence
    }

    mutating func begin() { limit(UInt16(NFNL_MSG_BATCH_BEGIN)) }

    /// The sequence number of the last message of them.
    mutating func end() -> UInt32 {
        let last = sequence &- 1
        limit(UInt16(NFNL_MSG_BATCH_END))
        return last
    }

    private mutating func limit(_ type: UInt16) {
        writer.beginRoute(type: type, flags: UInt16(NLM_F_REQUEST), sequence: sequence)
        writer.put(UInt16(0))
        writer.put(Self.subsystem.bigEndian)
        writer.end()
        sequence &+= 1
    }

    private mutating func add(_ type: nf_tables_msg_types, _ body: (inout MessageWriter) -> Void) {
        writer.beginRoute(
            type: Self.subsystem << 8 | UInt16(type.rawValue), flags: UInt16(NLM_F_REQUEST | NLM_F_CREATE | NLM_F_ACK),
            sequence: sequence)
        // struct nfgenmsg: family, version, resource.
        writer.put(Self.inet)
        writer.put(UInt8(0))
        writer.put(UInt16(0))
        body(&writer)
        writer.end()
        sequence &+= 1
    }

    // MARK: Objects

    mutating func addTable(_ name: String) {
        add(NFT_MSG_NEWTABLE) {
            $0.attribute(Int(NFTA_TABLE_NAME.rawValue), name)
            // NFT_TABLE_F_OWNER: the table goes with the socket.
            $0.attribute(Int(NFTA_TABLE_FLAGS.rawValue), networkOrder: UInt32(2))
        }
    }

    mutating func addChain(_ table: String, _ name: String, priority: UInt32) {
        add(NFT_MSG_NEWCHAIN) {
            $0.attribute(Int(NFTA_CHAIN_TABLE.rawValue), table)
            $0.attribute(Int(NFTA_CHAIN_NAME.rawValue), name)
            $0.nest(Int(NFTA_CHAIN_HOOK.rawValue)) { hook in
                hook.attribute(Int(NFTA_HOOK_HOOKNUM.rawValue), networkOrder: Self.localIn)
                hook.attribute(Int(NFTA_HOOK_PRIORITY.rawValue), networkOrder: priority)
            }
            $0.attribute(Int(NFTA_CHAIN_TYPE.rawValue), "filter")
        }
    }

    private static func set(_ family: IPAddress.Family) -> (name: String, id: UInt32, type: UInt32) {
        // The types as nft names them: ipv4_addr and ipv6_addr.
        family == .ipv4 ? ("addresses4", 1, 7) : ("addresses6", 2, 8)
    }

    mutating func addSet(_ table: String, _ family: IPAddress.Family) {
        let set = Self.set(family)
        add(NFT_MSG_NEWSET) {
            $0.attribute(Int(NFTA_SET_TABLE.rawValue), table)
            $0.attribute(Int(NFTA_SET_NAME.rawValue), set.name)
            $0.attribute(Int(NFTA_SET_ID.rawValue), networkOrder: set.id)
            $0.attribute(Int(NFTA_SET_KEY_TYPE.rawValue), networkOrder: set.type)
            $0.attribute(Int(NFTA_SET_KEY_LEN.rawValue), networkOrder: UInt32(family.bits / 8))
        }
    }

    mutating func addElements(_ table: String, _ family: IPAddress.Family, _ addresses: ArraySlice<IPAddress>) {
        add(NFT_MSG_NEWSETELEM) {
            $0.attribute(Int(NFTA_SET_ELEM_LIST_TABLE.rawValue), table)
            $0.attribute(Int(NFTA_SET_ELEM_LIST_SET.rawValue), Self.set(family).name)
            $0.nest(Int(NFTA_SET_ELEM_LIST_ELEMENTS.rawValue)) { list in
                for address in addresses {
                    list.nest(Int(NFTA_LIST_ELEM.rawValue)) { element in
                        element.nest(Int(NFTA_SET_ELEM_KEY.rawValue)) {
                            $0.attribute(Int(NFTA_DATA_VALUE.rawValue), bytes: address.bytes)
                        }
                    }
                }
            }
        }
    }

    mutating func addRule(_ table: String, _ chain: String, _ expressions: (inout FilterRule) -> Void) {
        var rule = FilterRule()
        expressions(&rule)
        add(NFT_MSG_NEWRULE) {
            $0.attribute(Int(NFTA_RULE_TABLE.rawValue), table)
            $0.attribute(Int(NFTA_RULE_CHAIN.rawValue), chain)
            $0.nest(Int(NFTA_RULE_EXPRESSIONS.rawValue)) { list in
                for expression in rule.expressions {
                    list.nest(Int(NFTA_LIST_ELEM.rawValue)) { element in
                        element.attribute(Int(NFTA_EXPR_NAME.rawValue), expression.name)
                        element.nest(Int(NFTA_EXPR_DATA.rawValue), expression.body)
                    }
                }
            }
        }
    }

    static func setName(_ family: IPAddress.Family) -> String { set(family).name }
}

/// What a rule does, expression by expression, with one register.
struct FilterRule {
    fileprivate(set) var expressions: [(name: String, body: (inout MessageWriter) -> Void)] = []

    private static let register: UInt32 = 1  // NFT_REG_1
    private enum Meta { static let family: UInt32 = 15, transport: UInt32 = 16 }  // NFT_META_NFPROTO, _L4PROTO
    private enum Header { static let network: UInt32 = 1, transport: UInt32 = 2 }
    private enum Comparison { static let equal: UInt32 = 0, atMost: UInt32 = 3, atLeast: UInt32 = 5 }

    /// Neighbour solicitations and advertisements: without them nobody finds the address that IPVS serves.
    mutating func acceptNeighbourDiscovery() {
        isFamily(.ipv6)
        load(Meta.transport)
        compare(Comparison.equal, [58])
        load(Header.transport, offset: 0, length: 1)
        compare(Comparison.atLeast, [135])
        compare(Comparison.atMost, [136])
        end(with: 1)
    }

    /// Destination address at byte 16 of the IPv4 header, 24 of IPv6's.
    mutating func dropDestinations(_ family: IPAddress.Family) {
        isFamily(family)
        load(Header.network, offset: family == .ipv4 ? 16 : 24, length: UInt32(family.bits / 8))
        expressions.append(
            (
                "lookup",
                {
                    $0.attribute(Int(NFTA_LOOKUP_SET.rawValue), FilterBatch.setName(family))
                    $0.attribute(Int(NFTA_LOOKUP_SREG.rawValue), networkOrder: Self.register)
                }
            ))
        // For the operator: nft list table inet director_vrrp.
        expressions.append(("counter", { _ in }))
        end(with: 0)
    }

    private mutating func isFamily(_ family: IPAddress.Family) {
        load(Meta.family)
        compare(Comparison.equal, [UInt8(family == .ipv4 ? AF_INET : AF_INET6)])
    }

    private mutating func load(_ key: UInt32) {
        expressions.append(
            (
                "meta",
                {
                    $0.attribute(Int(NFTA_META_DREG.rawValue), networkOrder: Self.register)
                    $0.attribute(Int(NFTA_META_KEY.rawValue), networkOrder: key)
                }
            ))
    }

    private mutating func load(_ header: UInt32, offset: UInt32, length: UInt32) {
        expressions.append(
            (
                "payload",
                {
                    $0.attribute(Int(NFTA_PAYLOAD_DREG.rawValue), networkOrder: Self.register)
                    $0.attribute(Int(NFTA_PAYLOAD_BASE.rawValue), networkOrder: header)
                    $0.attribute(Int(NFTA_PAYLOAD_OFFSET.rawValue), networkOrder: offset)
                    $0.attribute(Int(NFTA_PAYLOAD_LEN.rawValue), networkOrder: length)
                }
            ))
    }

    private mutating func compare(_ comparison: UInt32, _ value: [UInt8]) {
        expressions.append(
            (
                "cmp",
                {
                    $0.attribute(Int(NFTA_CMP_SREG.rawValue), networkOrder: Self.register)
                    $0.attribute(Int(NFTA_CMP_OP.rawValue), networkOrder: comparison)
                    $0.nest(Int(NFTA_CMP_DATA.rawValue)) { $0.attribute(Int(NFTA_DATA_VALUE.rawValue), bytes: value) }
                }
            ))
    }

    /// 0: NF_DROP, 1: NF_ACCEPT, into the verdict's register.
    private mutating func end(with verdict: UInt32) {
        expressions.append(
            (
                "immediate",
                {
                    $0.attribute(Int(NFTA_IMMEDIATE_DREG.rawValue), networkOrder: UInt32(0))
                    $0.nest(Int(NFTA_IMMEDIATE_DATA.rawValue)) { data in
                        data.nest(Int(NFTA_DATA_VERDICT.rawValue)) {
                            $0.attribute(Int(NFTA_VERDICT_CODE.rawValue), networkOrder: verdict)
                        }
                    }
                }
            ))
    }
}
