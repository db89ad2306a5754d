extension MalformedCase {
    /// Checks, texts, mail, vrrp.
    static let checks: [MalformedCase] = [
        MalformedCase(
            "a check type in capitals",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tchecktype=Connect\n",
            says: [
                "3:12: error: unknown checktype 'Connect', did you mean 'connect'?"
            ]),
        MalformedCase(
            "a check type nobody knows",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tchecktype=telepathy\n",
            says: [
                "3:12: error: unknown checktype 'telepathy': one of negotiate, connect, ping, external, external-perl, on, off, or a number"
            ]),
        MalformedCase(
            "a check type with a letter too few",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tchecktype=negotiat\n",
            says: [
                "3:12: error: unknown checktype 'negotiat', did you mean 'negotiate'?"
            ]),
        MalformedCase(
            "a service in capitals",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tservice=HTTP\n",
            says: [
                "3:10: error: unknown service 'HTTP', did you mean 'http'?"
            ]),
        MalformedCase(
            "a service nobody speaks",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tservice=gopher\n",
            says: [
                "3:10: error: unknown service 'gopher': one of dns, ftp, http, https, http_proxy, imap, imaps, ldap, ldaps, mysql, nntp, none, oracle, pgsql, pop, pops, radius, simpletcp, sip, smtp, submission"
            ]),
        MalformedCase(
            "a method that HTTP checks lack",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\thttpmethod=POST\n",
            says: [
                "3:13: error: httpmethod is GET or HEAD, not 'POST'"
            ]),
        MalformedCase(
            "a request without quotes",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\trequest=/index.html\n",
            says: [
                "3:10: error: request must be in double quotes: request = \"/index.html\""
            ]),
        MalformedCase(
            "an empty request",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\trequest=\"\"\n",
            says: [
                "3:10: error: request is empty: leave the line out, or give it a value"
            ]),
        MalformedCase(
            "a request without its last quote",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\trequest=\"/index.html\n",
            says: [
                "3:10: error: request has no closing quote: \"/index.html"
            ]),
        MalformedCase(
            "an empty receive",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\treceive=\"\"\n",
            says: [
                "3:10: error: receive is empty: leave the line out, or give it a value"
            ]),
        MalformedCase(
            "a receive that is no pattern",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\treceive=\"OK (\"\n",
            says: [
                "3:10: error: 'OK (' is no Perl pattern: missing closing parenthesis at offset 4"
            ]),
        MalformedCase(
            "a server's own receive that is no pattern",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq 1 \"a\", \"OK (\"\n",
            says: [
                "2:33: error: 'OK (' is no Perl pattern: missing closing parenthesis at offset 4"
            ]),
        MalformedCase(
            "a login without quotes",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tlogin=admin\n",
            says: [
                "3:8: error: login must be in double quotes: login = \"admin\""
            ]),
        MalformedCase(
            "an empty secret",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tsecret=\"\"\n",
            says: [
                "3:9: error: secret is empty: leave the line out, or give it a value"
            ]),
        MalformedCase(
            "an empty command",
            "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n"
                + "\tcheckcommand=\n",
            says: [
                "3:15: error: checkcommand is empty: leave the line out, or give it a value"
            ]),
        MalformedCase(
            "a log without quotes",
            "logfile=/var/log/director.log\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:9: error: logfile must be in double quotes: logfile = \"/var/log/director.log\""
            ]),
        MalformedCase(
            "a callback without quotes",
            "callback=/usr/local/bin/tell\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:10: error: callback must be in double quotes: callback = \"/usr/local/bin/tell\""
            ]),
        MalformedCase(
            "an empty mail address",
            "emailalert=\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:12: error: emailalert is empty: leave the line out, or give it a value"
            ]),
        MalformedCase(
            "a mail server in quotes",
            "smtp=\"mail.example.org\"\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:6: error: smtp is a host name or address without quotes"
            ]),
        MalformedCase(
            "a mail state nobody knows",
            "emailalertstatus=runing\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:18: error: emailalertstatus knows all, none, starting, running, stopping, reloading, not 'runing', did you mean 'running'?"
            ]),
        MalformedCase(
            "none beside other mail states",
            "emailalertstatus=none,running\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:18: error: emailalertstatus: none cannot stand beside other values"
            ]),
        MalformedCase(
            "mail states without a comma",
            "emailalertstatus=starting running\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:27: error: a comma is missing between the values of emailalertstatus"
            ]),
        MalformedCase(
            "a negative mail frequency",
            "emailalertfreq=-1\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:16: error: emailalertfreq is 0 or a number of seconds, not '-1'"
            ]),
        MalformedCase(
            "an empty maintenance directory",
            "maintenancedir=\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:16: error: maintenancedir is empty: leave the line out, or give it a value"
            ]),
        MalformedCase(
            "a vrrp section without a name",
            "vrrp=\n"
                + "\tid=51\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "1:6: error: a vrrp section needs a name: vrrp = web"
            ]),
        MalformedCase(
            "an unknown key of a vrrp section",
            "vrrp=web\n"
                + "\tinterface=eth0\n\tid=51\n\taddress=192.0.2.1/24\n\tprioriti=150\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "5:2: error: unknown key 'prioriti' in a vrrp section, did you mean 'priority'?"
            ]),
        MalformedCase(
            "a vrrp key without a value",
            "vrrp=web\n"
                + "\tid=\n\tinterface=eth0\n\taddress=192.0.2.1/24\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "2:5: error: id is empty"
            ]),
        MalformedCase(
            "a vrrp key without a sign",
            "vrrp=web\n"
                + "\tid 51\n\tinterface=eth0\n\taddress=192.0.2.1/24\n"
                + "virtual=192.0.2.1:80\n"
                + "\treal=192.0.2.11:80 masq\n",
            says: [
                "2:5: error: '=' is missing after id: write id = VALUE"
            ]),
    ]
}
