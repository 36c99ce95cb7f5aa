/// A challenge (RFC 8555 §7.1.5, §8).
package struct ChallengeBody: Sendable, JSONWritable {
    package var type: String
    package var url: String
    package var status: String
    package var token: String
    package var validated: String?
    package var error: Problem?

    package init(type: String, url: String, status: String, token: String, validated: String?, error: Problem?) {
        self.type = type
        self.url = url
        self.status = status
        self.token = token
        self.validated = validated
        self.error = error
    }
}

extension ChallengeBody {
    package func write(to text: inout JSONText) {
        text.object { text in
            text.member("error", error)
            text.member("status", status)
            text.member("token", token)
            text.member("type", type)
            text.member("url", url)
            text.member("validated", validated)
        }
    }
}
