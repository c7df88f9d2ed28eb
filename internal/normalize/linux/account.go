package linux

import (
	"path"
	"strings"

	"github.com/vedette-soc/vedette"
	"github.com/vedette-soc/vedette/internal/normalize"
)

// readSudo reads "alice : [what went wrong ; ]TTY=pts/0 ; PWD=/home/alice ; USER=root ; COMMAND=/bin/ls -l".
func readSudo(text string, ev *vedette.Event) {
	who, rest, ok := strings.Cut(text, " : ")
	if !ok {
		return
	}
	ev.Add("user.name", strings.TrimSpace(who))
	before, command, has := strings.Cut(rest, "COMMAND=")
	trouble := ""
	for part := range strings.SplitSeq(before, " ; ") {
		key, value, pair := strings.Cut(strings.TrimSpace(part), "=")
		switch {
		case !pair && part != "" && trouble == "":
			trouble = strings.TrimSpace(part)
		case key == "USER":
			ev.Add("src.USER", value)
			ev.Add("user.effective.name", value)
		case key == "PWD":
			ev.Add("src.PWD", value)
			ev.Add("process.working_directory", value)
		case pair:
			ev.Add("src."+key[:min(len(key), 32)], value)
		}
	}
	if trouble != "" {
		ev.Add("event.reason", trouble)
	}
	if has {
		sudoCommand(command, trouble, ev)
	}
	ev.Add("event.action", "sudo")
	normalize.AddOutcome(ev, trouble == "")
}

// sudoCommand files a command that ran as what it is: the start of a process.
func sudoCommand(command, trouble string, ev *vedette.Event) {
	ev.Add("src.COMMAND", command)
	ev.Add("process.command_line", command)
	image, _, _ := strings.Cut(command, " ")
	if strings.HasPrefix(image, "/") {
		ev.Add("process.executable", image)
	}
	if trouble != "" {
		ev.Add("event.category", "authentication")
		normalize.Classify(ev, normalize.ClassAuthentication, 1)
		return
	}
	ev.Add("event.category", "process")
	ev.Add("event.type", "start")
	ev.Logsource.Categories = []string{"process_creation"}
	normalize.Classify(ev, normalize.ClassProcess, 1)
}

// readSu reads the messages of the several programs called su.
func readSu(text string, ev *vedette.Event) {
	success, from, to := true, "", ""
	switch {
	case strings.HasPrefix(text, "FAILED SU (to "), strings.HasPrefix(text, "(to "):
		success = text[0] == '('
		_, rest, _ := strings.Cut(text, "(to ")
		to, rest, _ = strings.Cut(rest, ") ")
		from, _, _ = strings.Cut(rest, " on ")
	case strings.HasPrefix(text, "Successful su for "), strings.HasPrefix(text, "FAILED su for "):
		success = text[0] == 'S'
		_, rest, _ := strings.Cut(text, " for ")
		to, from, _ = strings.Cut(rest, " by ")
	case strings.HasPrefix(text, "+ "), strings.HasPrefix(text, "- "):
		success = text[0] == '+'
		if fields := strings.Fields(text); len(fields) == 3 {
			from, to, _ = strings.Cut(fields[2], ":")
		}
	}
	if to == "" {
		return
	}
	ev.Add("user.name", from)
	ev.Add("user.effective.name", to)
	ev.Add("event.category", "authentication")
	ev.Add("event.action", "su")
	normalize.AddOutcome(ev, success)
	normalize.Classify(ev, normalize.ClassAuthentication, 1)
}

// readAccount reads the messages of the programs that change users and groups.
func readAccount(text string, ev *vedette.Event) {
	switch {
	case strings.HasPrefix(text, "new user: "):
		accountPairs(ev, "user_created", text[len("new user: "):])
	case strings.HasPrefix(text, "new group: "):
		accountPairs(ev, "group_created", text[len("new group: "):])
	case strings.HasPrefix(text, "group added to "):
		_, rest, _ := strings.Cut(text, ": ")
		accountPairs(ev, "group_created", rest)
	case strings.HasPrefix(text, "delete user "):
		account(ev, "user_deleted", quoted(text, 0))
	case strings.HasPrefix(text, "removed group "), strings.HasPrefix(text, "delete group "):
		ev.Add("group.name", quoted(text, 0))
		account(ev, "group_deleted", "")
	case strings.HasPrefix(text, "add '") && strings.Contains(text, " group '"), strings.HasPrefix(text, "add '") && strings.Contains(text, " shadow group '"):
		ev.Add("group.name", quoted(text, 1))
		account(ev, "group_member_added", quoted(text, 0))
	case strings.HasPrefix(text, "delete '") && strings.Contains(text, " group '"):
		ev.Add("group.name", quoted(text, 1))
		account(ev, "group_member_removed", quoted(text, 0))
	case strings.HasPrefix(text, "change user '"):
		account(ev, "user_changed", quoted(text, 0))
	case strings.HasPrefix(text, "user ") && strings.Contains(text, " to group "):
		who, group, _ := strings.Cut(text[len("user "):], " to group ")
		who, by, _ := strings.Cut(who, " added by ")
		if by != "" {
			ev.Add("src.by", by)
		}
		ev.Add("group.name", strings.TrimSpace(group))
		account(ev, "group_member_added", who)
	case strings.HasPrefix(text, "password for ") && strings.Contains(text, " changed by "):
		who, by, _ := strings.Cut(strings.Trim(text[len("password for "):], "'"), " changed by ")
		ev.Add("src.by", strings.Trim(by, "'"))
		account(ev, "password_changed", strings.Trim(who, "'"))
	case strings.HasPrefix(text, "changed password expiry for "):
		account(ev, "user_changed", strings.TrimPrefix(text, "changed password expiry for "))
	}
}

// accountPairs reads "name=bob, UID=1000, GID=1000, home=/home/bob, shell=/bin/sh".
func accountPairs(ev *vedette.Event, action, text string) {
	name := ""
	normalize.Pairs(text, func(key, value string, _ byte) {
		switch key {
		case "name":
			name = value
		case "UID":
			ev.Add("user.id", value)
			ev.Add("src.UID", value)
		case "GID":
			ev.Add("group.id", value)
			ev.Add("src.GID", value)
		case "home", "shell", "from":
			ev.Add("src."+key, value)
		}
	})
	if action == "group_created" {
		ev.Add("group.name", name)
		name = ""
	}
	account(ev, action, name)
}

// accountActivities are the OCSF activities of account changes.
var accountActivities = map[string]int{
	"user_created": 1, "password_changed": 3, "user_deleted": 6, "user_changed": 99,
	"group_created": 6, "group_deleted": 5, "group_member_added": 3, "group_member_removed": 4,
}

// account closes a change of an account or a group.
func account(ev *vedette.Event, action, user string) {
	if user != "" {
		ev.Add("user.name", user)
	}
	ev.Add("event.category", "iam")
	ev.Add("event.action", action)
	normalize.AddOutcome(ev, true)
	class := normalize.ClassAccountChange
	if strings.HasPrefix(action, "group_") {
		class = normalize.ClassGroupManagement
	}
	normalize.Classify(ev, class, accountActivities[action])
}

// quoted returns the n-th text in single quotes.
func quoted(s string, n int) string {
	parts := strings.Split(s, "'")
	if i := n*2 + 1; i < len(parts) {
		return parts[i]
	}
	return ""
}

// readCron reads "(root) CMD (command)" and its kin.
func readCron(text string, ev *vedette.Event) {
	rest, ok := strings.CutPrefix(text, "(")
	if !ok {
		return
	}
	who, rest, ok := strings.Cut(rest, ") ")
	if !ok {
		return
	}
	word, argument, _ := strings.Cut(rest, " (")
	argument = strings.TrimSuffix(argument, ")")
	ev.Add("user.name", who)
	ev.Add("event.action", "cron_"+strings.ToLower(strings.ReplaceAll(word[:min(len(word), 32)], " ", "_")))
	switch word {
	case "CMD", "CMDOUT":
		ev.Add("event.category", "process")
		ev.Add("process.command_line", argument)
		image, _, _ := strings.Cut(strings.TrimSpace(argument), " ")
		if strings.HasPrefix(image, "/") {
			ev.Add("process.executable", path.Clean(image))
		}
		normalize.Classify(ev, normalize.ClassScheduledJob, 1)
	default:
		ev.Add("event.category", "configuration")
		if argument != "" {
			ev.Add("src.argument", argument)
		}
		normalize.Classify(ev, normalize.ClassScheduledJob, 2)
	}
}
