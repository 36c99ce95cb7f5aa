/// How this server writes JSON: sorted members, plain slashes.
package enum ACMEJSON {
    package static func encode(_ value: some JSONWritable) -> [UInt8] { JSONText.of(value) }
}
