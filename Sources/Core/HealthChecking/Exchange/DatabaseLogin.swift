/// Who asks a database server, and what.
package struct DatabaseLogin: Sendable {
    var user: String
    var password: String
    var database: String?
    var statement: String

    package init(user: String, password: String, database: String?, statement: String) {
        self.user = user
        self.password = password
        self.database = database
        self.statement = statement
    }
}
