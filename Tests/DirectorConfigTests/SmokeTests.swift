import Testing

@Test func aUsualFileIsReadAsItIsMeant() {
    let result = parse(
        """
        # Two web servers by direct routing.
        checktimeout = 3
        checkinterval = 5
        quiescent = yes
        virtual = 192.0.2.1:80
        \treal = 192.0.2.11:80 gate 2
        \treal = 192.0.2.12:80 gate
        \tfallback = 127.0.0.1:80 gate
        \tservice = http
        \trequest = "alive.html"
        \treceive = "OK"
        \tvirtualhost = www.example.org
        \tscheduler = wlc
        """)
    #expect(result.diagnostics.isEmpty)
    #expect(
        result.configuration.map(rendered) == [
            "TCP 192.0.2.1:80 wlc",
            "  192.0.2.11:80 gate 2 | http 192.0.2.11:80 GET /alive.html host www.example.org receive OK",
            "  192.0.2.12:80 gate 1 | http 192.0.2.12:80 GET /alive.html host www.example.org receive OK",
            "  fallback 127.0.0.1:80 gate 1",
        ])
    #expect(result.configuration?.virtuals[0].quiescent == true)
}
