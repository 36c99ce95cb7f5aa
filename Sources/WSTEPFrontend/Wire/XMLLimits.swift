/// What a message may cost before anybody knows who sent it. Checked on top of libxml2's own limits.
package struct XMLLimits: Sendable {
    /// Whole document, in bytes.
    package var bytes = 262_144
    /// Nesting of elements; a WSTEP request needs about eight.
    package var depth = 32
    /// Elements in the document.
    package var elements = 2_000
    /// Attributes on one element.
    package var attributesPerElement = 64
    /// Namespace declarations in the document.
    package var namespaces = 128

    package init() {}
}
