import EnrollmentCore
import PKIFormats
import Testing

@testable import RevocationFrontend

@Suite struct RevocationRequestDecoderTests {
    private func decode(_ text: String) throws(Refusal) -> RevocationRequestDecoder.Wish {
        try RevocationRequestDecoder.decode(Array(text.utf8))
    }

    @Test("A serial number or a name, with or without a reason")
    func ownForm() throws {
        #expect(try decode(#"{"serial": "4D2f"}"#) == .revoke(.serialNumber([0x4d, 0x2f]), .cessationOfOperation))
        #expect(try decode(#"{"serial": "80", "reason": "keyCompromise"}"#) == .revoke(.serialNumber([0, 0x80]), .keyCompromise))
        #expect(try decode(#"{"name": "device-7", "reason": "superseded"}"#) == .revoke(.holder(["device-7"]), .superseded))
    }

    @Test("What MDMs send when a device left, and what they send else")
    func events() throws {
        let checkOut = #"{"topic": "mdm.CheckOut", "event_id": "1", "checkin_event": {"udid": "66ADE930-5FDF", "url_params": null}}"#
        #expect(try decode(checkOut) == .deviceLeft(["66ADE930-5FDF"], .cessationOfOperation))
        #expect(try decode(#"{"topic": "mdm.Connect", "acknowledge_event": {"udid": "66ADE930"}}"#) == .nothing)
        let jamf =
            #"{"webhook": {"id": 1, "webhookEvent": "MobileDeviceUnEnrolled"}, "event": {"serialNumber": "C02XK1", "udid": "270aae10"}}"#
        #expect(try decode(jamf) == .deviceLeft(["C02XK1", "270aae10"], .cessationOfOperation))
        #expect(try decode(#"{"webhook": {"webhookEvent": "JSSStartup"}, "event": {}}"#) == .nothing)
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"serial": "xyz"}"#, #"{"serial": "01", "name": "a.test"}"#, #"{"name": "ab"}"#, #"{"name": 7}"#,
        #"{"topic": "mdm.CheckOut"}"#, #"{"name": "device-7", "reason": "boredom"}"#, #"{"name": "device-7", "reason": "certificateHold"}"#,
    ])
    func `Anything else is refused`(_ text: String) {
        #expect(throws: Refusal.self) { try decode(text) }
    }
}
