package replay

import (
	"time"

	vedette "github.com/vedette-soc/vedette"
)

// The rules of the built-in set that the world's alerts come from.
const (
	ruleKnock       = "b678455e-04ac-5852-8755-8af09c47a785"
	ruleRefused     = "db383d8e-77c1-5461-b818-644d7dbf0f1a"
	ruleNobody      = "9f447f47-13d7-500c-8c61-8b5d741ad919"
	ruleForgotten   = "2eda97de-46eb-5e9f-88bb-bedd06fea410"
	ruleScanner     = "93b92388-393a-535d-8208-5c328f3314c1"
	ruleTraversal   = "cff407fa-f211-5b5a-bd72-01a6c974739e"
	ruleLogonFailed = "f1993c67-9089-5923-89fc-3b7e8d813671"
	ruleWhoami      = "0bca8090-9974-5501-8451-b37b7fca5051"
	ruleSudo        = "9b7dd1d9-70b8-548f-a2a3-8338e2e74461"
	ruleDeploy      = "52dbc8f3-3ad7-57d7-ba6f-fa6680d7ae45"
	ruleDownload    = "a22e03dc-6325-563c-aca5-505bdef81e32"
	ruleNTLM        = "18f3716d-eda7-5f49-9b9c-c03d0ec25177"
	ruleEncoded     = "191bcc58-63bd-5f84-9f01-acaf7e3134f7"
	ruleTempProgram = "197598dd-2352-52cf-9d19-c0d0addc92cb"
	ruleSecrets     = "a6817f81-9451-5339-857a-e2ddada9b57a"

	ruleShellRequest = "05c01c14-e1ea-5505-8960-34118b678861"
	ruleWebShell     = "63165e7b-c00e-579f-bc93-97a393069e91"
	ruleHiddenRun    = "84af2a5f-973f-5452-aeb4-a3d99eb4fb2e"
	ruleShadow       = "747d1476-b527-5767-82a0-d502e0e40e7e"
	ruleUpload       = "82c7bb72-b127-5d5e-8148-c8e98de13288"
	ruleAccepted     = "6149b2ea-0650-52b3-9796-0697c33e88f0"
	ruleLookedOver   = "2e5e366a-78df-53d4-b4fe-a2a76494d97a"
	ruleKeyRead      = "e5ae4556-e8e1-54f6-bac9-46feecf011aa"
	ruleDump         = "b7dd8cd1-87c3-58fd-979a-da178a435bc3"
	rulePacked       = "1d7ae51f-da52-503e-84f0-3374b4ba4601"
	ruleOffice       = "2d78e918-e952-59e6-a9fb-ca92bb20d20b"
	ruleLSASS        = "434f3e95-8547-5005-9d8b-20aa86ef69b1"
	rulePsExec       = "9239e435-b751-5fe3-9aac-137dec62f182"
	ruleGroup        = "e62f381f-76f6-5abc-ba9e-9c44e64d65bc"
	ruleNTDS         = "118ff345-c105-518d-bece-c2a1c8a9169a"
	ruleCleared      = "0b35e8b9-8fdd-5cb1-afd5-b04466fd2cb1"
	ruleNoFactor     = "48890bbb-9dcf-51f6-b0e7-1466ec5b53ea"
	ruleAccessKey    = "87ba10a4-4972-5ec3-b10f-09a627901f86"
	ruleFullRights   = "4ce7bc94-ce1d-5688-9007-5037fdde6cc7"
	ruleGuardDuty    = "cea9749c-7d23-51ea-919d-bd666ebb7cc7"
	ruleBucket       = "f17a4e98-ddb3-54bd-bbe5-062c74587c8b"
	ruleSearched     = "654de370-e7cd-5a88-b279-215b441ad4d0"
	rulePiped        = "b0d6b326-c7fa-5964-ac9a-1ad5ee593386"
	ruleCron         = "b4031a9a-0f0a-50fd-8021-de258d15ab29"
	ruleMiner        = "f44e52ce-f3f0-5795-94d3-e38c89ecbeb5"
	ruleFirewallOff  = "51c06c3a-06e2-55e6-b544-0f57726102dd"
	ruleLongLabel    = "a05c5db2-503c-5063-8b3a-f1d3a69f418f"
	ruleToolName     = "671349f6-23ad-5d07-b4fa-9acf2f429454"
	ruleOddPort      = "02c2f441-4566-5894-abe0-d25901821708"
	ruleShadowCopies = "ed51ff9c-a355-5a30-b7cd-0e572e995e57"
	ruleRecovery     = "346b42a7-b008-53fc-84d8-83696cb2336f"
	ruleDefender     = "89ef3b42-bc92-5f21-9069-050826178533"
)

// attack is one story that triage should tell.
type attack struct {
	name   string
	begins time.Duration
	steps  []step
}

// step is one thing that the attacker does.
type step struct {
	name     string
	after    time.Duration
	rule     string
	entities []vedette.EntityRef
	times    int
	every    time.Duration
	matched  map[string]string
}

func list(refs ...vedette.EntityRef) []vedette.EntityRef { return refs }

func at(day, hour, minute int) time.Duration {
	return time.Duration(day)*24*time.Hour + time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute
}

const minute = time.Minute

// attacks are the eight. Some are loud, some hide in what happens every day, two run at the same time.
func attacks() []attack {
	return []attack{webBreak(), guessed(), office(), cloud(), insider(), miner(), tunnel(), ransom()}
}

func webBreak() attack {
	out, web, www := from("198.51.100.21"), on("rp-web-02"), by("www-data")
	return attack{"web", at(2, 3, 12), []step{
		{name: "scan", rule: ruleScanner, entities: list(out, web), times: 5, every: 20 * time.Second},
		{name: "forgotten files", after: 2 * minute, rule: ruleForgotten, entities: list(out, web), times: 30, every: 2 * time.Second},
		{name: "shell commands in a request", after: 19 * minute, rule: ruleShellRequest, entities: list(out, web), times: 3, every: minute, matched: map[string]string{"http.response.status_code": "200"}},
		{name: "web shell", after: 22 * minute, rule: ruleWebShell, entities: list(web, www), times: 2, every: minute},
		{name: "tool fetched", after: 25 * minute, rule: ruleDownload, entities: list(web, www, peer("198.51.100.22"))},
		{name: "tool ran", after: 26 * minute, rule: ruleHiddenRun, entities: list(web, www)},
		{name: "passwords read", after: 40 * minute, rule: ruleShadow, entities: list(web, www)},
		{name: "data sent", after: 75 * minute, rule: ruleUpload, entities: list(web, www, peer("198.51.100.22"))},
	}}
}

func guessed() attack {
	out, app, db, who := from("198.51.100.61"), on("rp-app-03"), on("rp-db-01"), by("rp-deploy")
	return attack{"password", at(4, 22, 5), []step{
		{name: "guessing", rule: ruleRefused, entities: list(out, app, to("rp-deploy")), times: 80, every: 9 * time.Second},
		{name: "guessed", after: 13 * minute, rule: ruleAccepted, entities: list(out, app, to("rp-deploy")), matched: map[string]string{"event.outcome": "success"}},
		{name: "looked over", after: 16 * minute, rule: ruleLookedOver, entities: list(app, who), times: 3, every: minute},
		{name: "key read", after: 24 * minute, rule: ruleKeyRead, entities: list(app, who)},
		{name: "moved on", after: 31 * minute, rule: ruleDeploy, entities: list(db, who, from("10.77.3.13")), matched: map[string]string{"event.outcome": "success"}},
		{name: "database dumped", after: 52 * minute, rule: ruleDump, entities: list(db, who)},
		{name: "packed", after: 58 * minute, rule: rulePacked, entities: list(db, who)},
		{name: "data sent", after: 63 * minute, rule: ruleUpload, entities: list(db, who, peer("198.51.100.62"))},
	}}
}

func office() attack {
	desk, files, dc, user, svc := on("rp-desk-17"), on("rp-files"), on("rp-dc-01"), by("rp-user-17"), by("rp-svc-backup")
	return attack{"mail", at(5, 9, 41), []step{
		{name: "document opened", rule: ruleOffice, entities: list(desk, user)},
		{name: "encoded command", after: minute, rule: ruleEncoded, entities: list(desk, user), times: 2, every: minute},
		{name: "credentials", after: 33 * minute, rule: ruleLSASS, entities: list(desk, user)},
		{name: "service account used", after: 65 * minute, rule: ruleNTLM, entities: list(files, svc, from("10.77.8.17"))},
		{name: "remote service", after: 66 * minute, rule: rulePsExec, entities: list(files, svc)},
		{name: "administrators listed", after: 70 * minute, rule: ruleGroup, entities: list(files, svc)},
		{name: "domain database copied", after: 150 * minute, rule: ruleNTDS, entities: list(dc, svc)},
		{name: "log cleared", after: 180 * minute, rule: ruleCleared, entities: list(dc, svc)},
	}}
}

func cloud() attack {
	account, who, out := ref(vedette.EntityAccount, "rp-cloud", vedette.RoleTarget), by("rp-contractor"), from("198.51.100.140")
	return attack{"cloud", at(6, 1, 30), []step{
		{name: "login without a second factor", rule: ruleNoFactor, entities: list(account, who, out)},
		{name: "key for another user", after: 12 * minute, rule: ruleAccessKey, entities: list(account, who, out)},
		{name: "full rights", after: 15 * minute, rule: ruleFullRights, entities: list(account, who, out)},
		{name: "watch switched off", after: 22 * minute, rule: ruleGuardDuty, entities: list(account, who, out)},
		{name: "bucket opened", after: 50 * minute, rule: ruleBucket, entities: list(account, who, out)},
	}}
}

func insider() attack {
	host, who := on("rp-app-01"), by("rp-admin-2")
	return attack{"insider", at(7, 18, 20), []step{
		{name: "passwords searched", rule: ruleSearched, entities: list(host, who), times: 4, every: 5 * minute},
		{name: "passwords read", after: 3 * 60 * minute, rule: ruleShadow, entities: list(host, who)},
		{name: "database dumped", after: 5 * 60 * minute, rule: ruleDump, entities: list(host, who)},
		{name: "data sent", after: 14 * 60 * minute, rule: ruleUpload, entities: list(host, who, peer("198.51.100.201"))},
	}}
}

func miner() attack {
	host, who, out := on("rp-app-04"), by("rp-ci"), peer("198.51.100.77")
	return attack{"miner", at(8, 11, 2), []step{
		{name: "piped into a shell", rule: rulePiped, entities: list(host, who, out)},
		{name: "firewall off", after: minute, rule: ruleFirewallOff, entities: list(host, who)},
		{name: "cron job", after: 2 * minute, rule: ruleCron, entities: list(host, who)},
		{name: "mining", after: 3 * minute, rule: ruleMiner, entities: list(host, who), times: 20, every: 10 * minute},
	}}
}

func tunnel() attack {
	desk, name := on("rp-desk-31"), domain("cdn-sync.example")
	return attack{"tunnel", at(8, 10, 45), []step{
		{name: "tool looked up", rule: ruleToolName, entities: list(desk, name), times: 2, every: minute},
		{name: "long names", after: 10 * minute, rule: ruleLongLabel, entities: list(desk, name), times: 240, every: 20 * time.Second},
		{name: "odd port", after: 40 * minute, rule: ruleOddPort, entities: list(desk, peer("198.51.100.180")), times: 3, every: 9 * minute},
	}}
}

func ransom() attack {
	host, who := on("rp-files"), by("rp-svc-sccm")
	return attack{"ransom", at(10, 2, 0), []step{
		{name: "defence weakened", rule: ruleDefender, entities: list(host, who)},
		{name: "program from a temporary folder", after: 4 * minute, rule: ruleTempProgram, entities: list(host, who)},
		{name: "shadow copies deleted", after: 6 * minute, rule: ruleShadowCopies, entities: list(host, who)},
		{name: "recovery off", after: 7 * minute, rule: ruleRecovery, entities: list(host, who)},
	}}
}
