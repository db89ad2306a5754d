extension Page {
    /// Colours that can be read on light and on dark; what they say is in the words too.
    static let style = """
        :root{color-scheme:light dark;--back:#fff;--text:#1c1e21;--dim:#5b6068;--line:#d9dce1;--good:#0a6b2d;\
        --warning:#8a4b00;--bad:#b3001b;--bar:#e8f3ec;--alarm:#b3001b}\
        @media(prefers-color-scheme:dark){:root{--back:#14171a;--text:#e6e8eb;--dim:#a0a6ae;--line:#33383e;\
        --good:#6fdc8c;--warning:#f1b24a;--bad:#ff8389;--bar:#16281d;--alarm:#a2191f}}\
        body{margin:0;background:var(--back);color:var(--text);font:15px/1.45 system-ui,sans-serif}\
        header{background:var(--bar);padding:.7rem 1rem;border-bottom:1px solid var(--line)}\
        header.alarm{background:var(--alarm);color:#fff}header h1{font-size:1.2rem;margin:0}header p{margin:.15rem 0 0}\
        section,body>p,.notices{margin:1rem}h2{font-size:1.05rem;margin:1.2rem 0 .4rem}small{color:var(--dim)}\
        section{overflow-x:auto}\
        table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}\
        th,td{text-align:left;padding:.25rem .7rem .25rem 0;border-bottom:1px solid var(--line);vertical-align:top}\
        th{color:var(--dim);font-weight:600}td.number{white-space:nowrap}\
        .good{color:var(--good);font-weight:600}.warning{color:var(--warning);font-weight:600}\
        .bad{color:var(--bad);font-weight:700}\
        .notices{border-left:4px solid var(--bad);padding-left:2rem;color:var(--bad)}\
        .stale section{opacity:.75}\
        td:last-child,h2{overflow-wrap:anywhere}\
        @media(max-width:45rem){.routers :is(td,th):is(:nth-child(3),:nth-child(4)),\
        .servers :is(td,th):is(:nth-child(2),:nth-child(6),:nth-child(7),:nth-child(8),:nth-child(9)){display:none}}
        """
}
