import EnrollmentCore
import Logging
import PKIFormats
import SigningKeys

extension TestCA {
    /// A certificate of one of the templates that a new installation has, for a request that asks for all that the template lets in. One
    /// operator asks; where the rule holds it, another approves.
    package func shipped(_ template: Template, _ key: SoftwareKey) async throws -> Certificate {
        // The issuing CA's own path length forbids CAs below it: the root issues those.
        let authority = template.isAuthority ? root : issuing
        let services = EnrollmentServices(
            database: services.database, surroundings: surroundings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            authorities: [root, issuing])
        try await services.catalog.reload()
        var endpoint = DefaultEndpoints.operator
        if template.isAuthority, var door = services.catalog.endpoint(named: endpoint) {
            (door.name, door.label, door.authority) = ("operator-root", "root", authority.identity.authority)
            endpoint = door.name
            if services.catalog.endpoint(named: endpoint) == nil {
                try await services.catalog.add(endpoints: [door], templates: [], at: surroundings.now)
                try await services.catalog.reload()
            }
        }
        let isPerson = template.nameTypes.contains(.upn) || template.nameTypes == [.email]
        let commonName = template.isAuthority ? "Test Sub CA" : isPerson ? "Ann" : "a.lab.test"
        let names = template.nameTypes.map(Self.example)
        var attributes = [(OIDs.organization, "Lab AG"), (OIDs.commonName, commonName)]
        if template.subject.contains(where: { $0.attribute == "serialNumber" }) { attributes[0] = (OIDs.serialNumber, "SN-0001") }
        let wishes = names.isEmpty ? [] : [RequestAttribute.extensionRequest([Extensions.subjectAlternativeName(names)])]
        let info = CertificationRequest.toBeSigned(
            subject: DistinguishedName(attributes), publicKey: key.publicKey, attributes: wishes)
        let request = try CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info))
        let covers = [try NamePattern("cn:" + commonName), try NamePattern("o:Lab AG"), try NamePattern("serial:SN-*")]
        let credential = OperatorCredential(userID: 1000, vouchesFor: covers + names.compactMap(NamePattern.exactly))
        let outcome = try await services.pipeline.process(
            IssuanceRequest(
                id: RequestID(in: surroundings),
                arrival: Arrival(endpoint: endpoint, binding: "default", operation: "issue", instant: surroundings.now), intent: .enroll,
                credentials: [credential], proposal: Proposal(request, templateHint: template.name)))
        switch outcome {
        case .released(let issuance): return issuance.certificate
        case .pending(let pending):
            let decision = try await services.approvals.approve(
                pending.reference, by: OperatorCredential(userID: 1001, vouchesFor: []), comment: "approved")
            guard case .released(let issuance) = decision else { throw CommandFailure("\(template.name) still waits") }
            return issuance.certificate
        }
    }

    private static func example(_ type: Template.NameType) -> GeneralName {
        switch type {
        case .dns: .dns("a.lab.test")
        case .ip: .ip([192, 0, 2, 7])
        case .email: .email("ann@lab.test")
        case .upn: .upn("ann@lab.test")
        case .uri: .uri("https://id.lab.test/a")
        case .permanentIdentifier: .permanentIdentifier("SN-0001")
        case .hardwareModule: .hardwareModule(type: [1, 3, 6, 1, 4, 1, 99999, 1], serialNumber: [0xab, 0xcd])
        }
    }
}
