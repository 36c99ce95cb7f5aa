import HTTPTypes

extension HTTPFields {
    /// What the subscript gives, without putting a text together where there is one such field.
    package func value(of name: HTTPField.Name) -> String? {
        var found: String?
        for field in self where field.name == name {
            guard found == nil else { return self[name] }
            found = field.value
        }
        return found
    }
}
