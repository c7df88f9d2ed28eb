package normalize

import (
	"strconv"

	"github.com/vedette-soc/vedette"
)

// Class is an OCSF event class.
type Class int

// The classes that parsers name, by their OCSF class_uid.
const (
	ClassFileActivity    Class = 1001
	ClassKernel          Class = 1003
	ClassScheduledJob    Class = 1006
	ClassProcess         Class = 1007
	ClassFinding         Class = 2004
	ClassAccountChange   Class = 3001
	ClassAuthentication  Class = 3002
	ClassGroupManagement Class = 3006
	ClassNetwork         Class = 4001
	ClassHTTP            Class = 4002
	ClassDNS             Class = 4003
	ClassDHCP            Class = 4004
	ClassRDP             Class = 4005
	ClassSMB             Class = 4006
	ClassSSH             Class = 4007
	ClassFTP             Class = 4008
	ClassEmail           Class = 4009
	ClassAPI             Class = 6003
)

// Classify adds the OCSF class and activity of an event.
func Classify(ev *vedette.Event, class Class, activity int) {
	ev.AddKind(vedette.FieldOCSFClass, strconv.Itoa(int(class)), vedette.KindNumber)
	ev.AddKind(vedette.FieldOCSFActive, small(activity), vedette.KindNumber)
}

// HTTPActivity gives the OCSF activity of an HTTP method.
func HTTPActivity(method string) int {
	switch method {
	case "CONNECT":
		return 1
	case "DELETE":
		return 2
	case "GET":
		return 3
	case "HEAD":
		return 4
	case "OPTIONS":
		return 5
	case "POST":
		return 6
	case "PUT":
		return 7
	case "TRACE":
		return 8
	}
	return 99
}
