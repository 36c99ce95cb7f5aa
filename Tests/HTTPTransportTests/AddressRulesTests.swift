import HTTPTransport
import Testing

@Suite struct AddressRulesTests {
    @Test(
        "Public addresses are allowed under every rule",
        arguments: [
            "1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.255.255", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101",
        ])
    func allowed(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(AddressRules.public.permits(address))
        #expect(AddressRules.lab.permits(address))
    }

    @Test(
        "Special addresses are refused under every rule",
        arguments: [
            "0.0.0.0", "169.254.169.254", "192.0.0.192", "100.100.100.200", "198.18.0.1", "203.0.113.7", "224.0.0.1", "255.255.255.255",
            "::",
            "fe80::1", "ff02::1", "fd00:ec2::254", "2001:db8::1", "2002:7f00:1::", "2001::1", "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "::7f00:1", "fec0::1", "100::1",
        ])
    func refused(_ text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!AddressRules.public.permits(address))
        #expect(!AddressRules.private.permits(address))
        #expect(!AddressRules.lab.permits(address))
    }

    @Test("Loopback is for the lab, private networks for the lab and the private rule")
    func privateNetworks() throws {
        for text in ["127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"] {
            let address = try #require(IPAddress(text))
            #expect(!AddressRules.public.permits(address))
            #expect(!AddressRules.private.permits(address))
            #expect(AddressRules.lab.permits(address))
        }
        for text in [
            "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fd12::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        ] {
            let address = try #require(IPAddress(text))
            #expect(!AddressRules.public.permits(address))
            #expect(AddressRules.private.permits(address))
            #expect(AddressRules.lab.permits(address))
        }
    }

    @Test(
        "Only plain address text is an address",
        arguments: ["", "1.2.3", "1.2.3.4.5", "010.0.0.1x", "[::1]", "fe80::1%eth0", "0x7f.1", "localhost"])
    func notAddresses(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test("Addresses print canonically")
    func description() {
        #expect(IPAddress("2001:DB8:0:0::1")?.description == "2001:db8::1")
        #expect(IPAddress("10.0.0.1")?.description == "10.0.0.1")
    }

    @Test("A network holds its own addresses, mapped ones included, and no others; what is no network is refused")
    func networks() throws {
        let ten = try #require(IPNetwork("10.0.0.0/8"))
        #expect(ten.contains(try #require(IPAddress("10.255.0.1"))))
        #expect(ten.contains(try #require(IPAddress("::ffff:10.1.2.3"))))
        #expect(!ten.contains(try #require(IPAddress("11.0.0.1"))))
        #expect(!ten.contains(try #require(IPAddress("::1"))))
        #expect(try #require(IPNetwork("::1")).contains(try #require(IPAddress("::1"))))
        #expect(try #require(IPNetwork("0.0.0.0/0")).contains(try #require(IPAddress("192.0.2.1"))))
        for text in ["", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "::/129", "all", "10.0.0.0/8/8"] {
            #expect(IPNetwork(text) == nil, "\(text)")
        }
    }
}
