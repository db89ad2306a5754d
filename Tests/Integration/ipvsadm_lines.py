"""Command lines of ipvsadm at random: mostly right or nearly right, some nonsense. The same seed gives the same lines."""

PROTOCOLS = ["-t", "-u", "--sctp-service", "--tcp-service", "--udp-service"]
SERVICES = ["10.0.0.1:80", "10.0.0.1:443", "10.0.0.2:80", "10.0.0.1:53", "web1:http", "[2001:db8::1]:80", "[2001:db8::2]:53",
            "10.0.0.3", "10.0.0.3:0", "2001:db8::3", "172.31.0.1:8080", "10.1:80", "0x0a000001:80", "localhost:domain",
            "[::1:2]:80", "[::10.0.0.5]:80", "[::]:0", "0.0.0.0"]
BAD_SERVICES = ["80", "", "10.0.0.1:99999", "10.0.0.1:nosuch", "nohost:80", "[2001:db8::1]", "[2001:db8::1]80", "10.0.0.1:",
                "[10.0.0.1]:80", "[10.0.0.1:81]:x", "1.2.3.256:80", "08.1.1.1:80", "1.2.3.4 x:80", "six:80", "[six]:80", ":80", ":",
                "10.0.0.1:http:80", "fe80::1%lo", "[::1]:80:90", "10.0.0.1:-1", "10.0.0.1:+80", "10.0.0.1: 80", "1:2", "[]:80",
                "2001:db8::1:80", "10.0.0.1:tftp", "10.0.0.1:HTTP", "-t", "--", "::ffff:10.0.0.1", "0:0", "10.0.0.1:080", "[", "]", "1.2.3.4 x:y:80", "[2001:db8::-0]:80"]
MARKS = ["1", "2", "3", "4294967295", "2147483648", "010", "+5"]
BAD_MARKS = ["0", "abc", "4294967296", "-1", "0x10", "", "1x", " 7", "99999999999999999999"]
SERVERS = ["10.0.0.11", "10.0.0.12:80", "10.0.0.12:8080", "10.0.0.13:http", "10.0.0.11:0", "web1", "[2001:db8::11]:80",
           "2001:db8::12", "[2001:db8::11]:0", "127.0.0.1:80", "172.31.0.1", "10.0.0.14:domain", "maskhost:80",
           "fd00::5", "[::10.0.0.6]:80"]
BAD_SERVERS = ["224.0.0.5:80", "255.255.255.255", "0.0.0.0:80", "80", "", "[2001:db8::11]", "10.0.0.12:99999", "fe80::1",
               "ff02::1", "[10.0.0.9]:90", "10.0.0.12:tftp", "nohost", "::", "::1"]
SCHEDULERS = ["rr", "wrr", "lc", "wlc", "lblc", "dh", "sh", "sed", "nq", "fo", "ovf", "mh"]
BAD_SCHEDULERS = ["", "nosuch", "RR", "averyveryverylongschedulername", "rr ", "-w"]
FLAGS = ["flag-1", "flag-2", "flag-3", "sh-port", "sh-fallback", "mh-port", "mh-fallback"]
BAD_FLAGS = ["", "bogus", "flag-1,", ",flag-2", "flag-4", "sh-port,mh-port", "flag-1,,flag-3", "SH-PORT", "flag-1 ", "\udcff"]
NUMBERS = ["0", "1", "2", "5", "10", "65535", "65536", "2147483647", "+3", "007", " 4"]
BAD_NUMBERS = ["-1", "abc", "", "2147483648", "99999999999999999999", "1.5", "5x", "0x5", "--", "4 ", "1e3"]
TIMEOUTS = ["1", "60", "300", "2678400", "+9", "030"]
BAD_TIMEOUTS = ["0", "2678401", "abc", "", "-5", "1s", "99999999999"]
MASKS = ["255.255.255.0", "255.255.0.0", "255.255.255.255", "0.0.0.0", "24", "64", "128", "maskhost", "255.0.255.0", "64x"]
BAD_MASKS = ["129", "0", "-1", "", "300.1.1.1", "nohost", "/24", "::ffff", "x", "4294967360", "4294967295"]
LIST_FLAGS = ["--stats", "--rate", "--thresholds", "--persistent-conn", "--tun-info", "--exact", "-X", "-c", "--connection", "--timeout",
              "--daemon", "--sort", "-n", "--numeric", "--syncid", "--nosort"]
COMMANDS = ["-A", "-E", "-D", "-C", "-L", "-l", "-a", "-d", "-e", "--set", "--start-daemon", "--stop-daemon", "-R", "-S", "-Z", "-h",
            "-v", "--add-service", "--edit-service", "--delete-service", "--clear", "--list", "--add-server", "--edit-server",
            "--delete-server", "--save", "--zero", "--help", "--version", "--restore"]
GROUPS = ["224.0.0.81", "224.0.0.99", "ff02::51", "239.255.255.255"]
BAD_GROUPS = ["10.0.0.1", "fe80::1", "", "x", "224.1", "224.0.0.081", "ff02::zz", "ff02::1%lo"]
# Words that fit nowhere; some are not UTF-8.
NOISE = ["--bogus", "-z", "foo", "", "-", "--", "-?", "--set=1", "-n=x", "--numeric=", "-6", "--sort", "-A", "--help", "-nz", "--=x",
         "---", "-tn", "--tcp", "-p", "-w", "-b", "extra word", "-6n", "--exact", "-o", "--ops", "-c", "caf\udce9", "-\udce9"]


class Lines:
    def __init__(self, random):
        self.random = random
        # How much of the usual share of faults there is.
        self.faults = 1.0

    def pick(self, good, bad, odds=0.06):
        return self.random.choice(bad if self.random.random() < odds * self.faults else good)

    def chance(self, odds):
        return self.random.random() < odds

    def value(self, short, long, text):
        """An option with its value in one of the ways to write that; `short` may be empty."""
        ways = [[long, text], [f"{long}={text}"]]
        if short:
            ways += [[short, text]] * 4 + [[f"{short}={text}"]]
            if text and not text.startswith("="):
                ways.append([short + text])
        return self.random.choice(ways)

    def service(self):
        if self.chance(0.2):
            words = self.value("-f", "--fwmark-service", self.pick(MARKS, BAD_MARKS))
            return words + ([self.random.choice(["-6", "--ipv6"])] if self.chance(0.35) else [])
        option = "-t" if self.chance(0.4) else self.random.choice(PROTOCOLS)
        # A few of them often, so that servers find their services.
        text = self.pick(SERVICES[:4] if self.chance(0.5) else SERVICES, BAD_SERVICES)
        if option.startswith("--"):
            return self.value("", option, text)
        return self.value(option, {"-t": "--tcp-service", "-u": "--udp-service"}[option], text)

    def service_options(self):
        options = []
        if self.chance(0.6):
            options.append(self.value("-s", "--scheduler", self.pick(SCHEDULERS, BAD_SCHEDULERS)))
        if self.chance(0.4):
            timeout = self.pick(TIMEOUTS, BAD_TIMEOUTS)
            options.append(self.random.choice([["-p"], ["--persistent"], ["-p", timeout], ["-p" + timeout],
                                               ["--persistent", timeout], [f"--persistent={timeout}"], [f"-p={timeout}"]]))
        if self.chance(0.2):
            options.append(self.value("-M", "--netmask", self.pick(MASKS, BAD_MASKS)))
        if self.chance(0.1):
            options.append(self.value("", "--pe", self.pick(["sip"], ["", "nosuch", "SIP"], 0.2)))
        if self.chance(0.12):
            options.append([self.random.choice(["-o", "--ops"])])
        if self.chance(0.2):
            flags = ",".join(self.random.sample(FLAGS[:3] if self.chance(0.5) else FLAGS, self.random.randint(1, 3)))
            options.append(self.value("-b", "--sched-flags", self.pick([flags], BAD_FLAGS)))
        return options

    def server_options(self):
        options = []
        if self.chance(0.75):
            options.append([self.random.choice(["-m", "-g", "-i", "-m", "-i", "--masquerading", "--ipip", "--gatewaying"])])
        for odds, short, long in ((0.4, "-w", "--weight"), (0.15, "-x", "--u-threshold"), (0.15, "-y", "--l-threshold")):
            if self.chance(odds):
                options.append(self.value(short, long, self.pick(NUMBERS, BAD_NUMBERS)))
        if self.chance(0.2):
            options.append(self.value("", "--tun-type", self.pick(["ipip", "gue", "gre"], ["", "GUE", "vxlan", "gue "])))
        if self.chance(0.15):
            options.append(self.value("", "--tun-port", self.pick(["6080", "1", "65535"], ["0", "65536", "", "x"])))
        for word in ("--tun-nocsum", "--tun-csum", "--tun-remcsum"):
            if self.chance(0.07):
                options.append([word])
        return options

    def put_together(self, command, options):
        """The options in any order behind the command, two flags perhaps in one bundle; now and then something spoilt."""
        if self.chance(0.5):
            self.random.shuffle(options)
        words = [command] + [word for option in options for word in option]
        for index in range(len(words) - 2, -1, -1):
            left, right = words[index], words[index + 1]
            if len(left) == 2 == len(right) and left[0] == "-" == right[0] and left[1] in "AEDCLlaedSZmigonc" and self.chance(0.25) \
                    and right[1].isalnum():
                words[index:index + 2] = [left + right[1]]
        if self.chance(0.08 * self.faults):
            words.insert(self.random.randint(0, len(words)), self.random.choice(NOISE))
        if self.chance(0.04 * self.faults):
            words.pop(self.random.randrange(len(words)))
        if self.chance(0.03 * self.faults):
            words.append(self.random.choice(words or ["-n"]))
        if self.chance(0.02 * self.faults):
            self.random.shuffle(words)
        return words

    def line(self, daemons=True):
        """The words of one command line."""
        roll = self.random.random()
        if roll < 0.30:
            command = self.random.choice(["-A", "-A", "-A", "-E", "--add-service", "--edit-service"])
            return self.put_together(command, [self.service()] + self.service_options())
        if roll < 0.62:
            command = self.random.choice(["-a", "-a", "-a", "-a", "-e", "--add-server", "--edit-server"])
            server = self.value("-r", "--real-server", self.pick(SERVERS, BAD_SERVERS))
            return self.put_together(command, [self.service(), server] + self.server_options())
        if roll < 0.66:
            return self.put_together(self.random.choice(["-D", "--delete-service"]), [self.service()])
        if roll < 0.71:
            server = self.value("-r", "--real-server", self.pick(SERVERS, BAD_SERVERS))
            return self.put_together(self.random.choice(["-d", "--delete-server"]), [self.service(), server])
        if roll < 0.82:
            return self.listing()
        if roll < 0.85:
            return self.put_together(self.random.choice(["-S", "--save"]), [["-n"]] if self.chance(0.8) else [])
        if roll < 0.88:
            return self.put_together(self.random.choice(["-Z", "--zero"]), [self.service()] if self.chance(0.7) else [])
        if roll < 0.90:
            count = self.random.choice([3, 3, 3, 3, 2, 4])
            return self.put_together("--set", [[self.pick(["0"] + TIMEOUTS, BAD_TIMEOUTS)] for _ in range(count)])
        if roll < 0.94 and daemons:
            return self.daemon()
        if roll < 0.945:
            return self.put_together(self.random.choice(["-C", "--clear"]), [])
        if self.chance(0.4):
            return self.jumble()
        # Any options behind any command.
        options = [self.service(), *self.service_options(), *self.server_options(), *[[flag] for flag in LIST_FLAGS]]
        chosen = self.random.sample(options, min(len(options), self.random.randint(0, 4)))
        command = self.random.choice([word for word in COMMANDS if daemons or "daemon" not in word])
        return self.put_together(command, chosen)

    def jumble(self):
        """Words without any sense."""
        options = [f"-{letter}" for letter in "AEDCLlaedRSZhvtufsMpobrmigwxynccX6"] + LIST_FLAGS + NOISE + COMMANDS + [
            "--scheduler", "--persistent", "--netmask", "--pe", "--real-server", "--weight", "--tun-type", "--tun-port", "--set",
            "--tun-csum", "--start-daemon", "--stop-daemon", "--mcast-interface", "--mcast-group", "--mcast-ttl", "--fwmark-service"]
        values = SERVICES + SERVERS + BAD_SERVICES + MARKS + BAD_MARKS + SCHEDULERS + FLAGS + BAD_FLAGS + NUMBERS + BAD_NUMBERS + [
            "master", "backup", "lo", "gue", "gre", "224.0.0.1"]
        words = [self.random.choice(COMMANDS + options)]
        for _ in range(self.random.randint(0, 7)):
            word = self.random.choice(options if self.chance(0.6) else values)
            roll = self.random.random()
            if roll < 0.15 and word.startswith("-"):
                word += self.random.choice(["=", ""]) + self.random.choice(values)
            elif roll < 0.3 and words[-1].startswith("-") and not words[-1].startswith("--") and word.startswith("-"):
                words[-1] += word.lstrip("-")
                continue
            words.append(word)
        return words

    def right(self):
        """A line that only the kernel can refuse."""
        name, family = self.random.choice([("-t 10.0.0.1:80", 4), ("-u 10.0.0.1:53", 4), ("-f 3", 4), ("-f 3 -6", 6),
                                           ("-t [2001:db8::1]:80", 6), ("--sctp-service 10.0.0.1:9", 4), ("-t web1:http", 4)])
        address = self.random.choice(["10.0.0.11:80", "10.0.0.12:8080", "127.0.0.1"] if family == 4
                                     else ["[2001:db8::11]:80", "2001:db8::12", "::1"])
        method = self.random.choice(["-m", "-g", "-i", "", "-i --tun-type gue --tun-port 6080", "-i --tun-type gre --tun-csum",
                                     "-i --tun-type gue --tun-port 1 --tun-remcsum"])
        server = f"{name} -r {address}"
        limits = f"{method} -w {self.random.choice(NUMBERS[:8])} -x {self.random.randint(0, 9)} -y {self.random.randint(0, 9)}"
        scheduler = self.random.choice(SCHEDULERS + ["nosuch"])
        settings = self.random.choice(["", "-p", "-p 60 -b flag-1,flag-3", "-p 9 -M 24", "--pe sip -p"])
        return self.random.choice(
            [f"-A {name} -s {scheduler} {settings}"] * 3 + [f"-a {server} {method}", f"-a {server} {limits}"] * 2
            + [f"-E {name} -s {scheduler} {settings}", f"-e {server} {limits}", f"-d {server}", f"-D {name}", "-Ln", "-Sn", "-C",
               f"-Z {name}", "--set 1 2 3", "-L --timeout", "-Lnc"]).split()

    def listing(self):
        options = [[flag] if flag != "--syncid" else [flag, "5"]
                   for flag in self.random.sample(LIST_FLAGS, self.random.choice([0, 1, 1, 2, 2, 3]))]
        if self.chance(0.3):
            options.append(self.service())
        if self.chance(0.7):
            options.append(["-n"])
        return self.put_together(self.random.choice(["-L", "-l", "--list"]), options)

    def daemon(self):
        if self.chance(0.35):
            return self.put_together("--stop-daemon", [[self.pick(["master", "backup"], ["both", "", "mast"])]])
        options = [["--mcast-interface", self.pick(["dum0", "lo"], ["nosuch0", "", "averyverylonginterface"])]]
        for odds, option, good, bad in (
                (0.5, "--syncid", ["0", "5", "255"], ["256", "-1", "x"]), (0.3, "--sync-maxlen", ["1400", "1"], ["0", "65508"]),
                (0.3, "--mcast-group", GROUPS, BAD_GROUPS), (0.3, "--mcast-port", ["8848", "1", "65535"], ["0", "65536"]),
                (0.3, "--mcast-ttl", ["1", "255"], ["0", "256", ""])):
            if self.chance(odds):
                options.append(self.value("", option, self.pick(good, bad, 0.1)))
        words = self.put_together("--start-daemon", options)
        if words and words[0] == "--start-daemon":
            words.insert(1, self.pick(["master", "backup"], ["both", "", "Master"]))
        return words

    def file(self):
        """A restore file. Daemons are left out: one that is stopped in the moment of its start stops the lab's kernel."""
        lines = []
        # Most files are right but for what the kernel refuses: the first wrong line ends a restore.
        self.faults = self.random.choice([0, 0, 0.2, 1])
        for _ in range(self.random.randint(1, 12)):
            words = [word for word in (self.line(daemons=False) if self.faults else self.right())
                     if " " not in word]
            if self.chance(0.2):
                words.insert(self.random.randint(0, len(words)), "ipvsadm")
            separator = self.random.choice([" ", " ", " ", "\t", "  "])
            lines.append(self.random.choice(["", "", "", " ", "\t"]) + separator.join(words) + self.random.choice(["", "", " ", "\r"]))
            if self.chance(0.1):
                lines.append(self.random.choice(["", " ", "# comment", "ipvsadm"]))
        self.faults = 1.0
        # Of two separators in place of a newline ipvsadm makes something else than of one.
        return "\n".join(lines) + (self.random.choice(["", " ", "  ", "\t\r"]) if self.chance(0.2) else "\n")
