@main struct MusterCommand { static func main() {} }
