import PKIFormats

/// What the payload of a signed request says.
package protocol ACMEPayload {
    init(_ json: JSONObject) throws(FormatError)
}
