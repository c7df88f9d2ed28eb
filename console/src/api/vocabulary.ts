/** The words of the house as the API writes them, under the names that the house uses. */
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Action = Schemas["Action"];
export type Alert = Schemas["Alert"];
export type AlertDetail = Schemas["AlertDetail"];
export type AuditEntry = Schemas["AuditEntry"];
export type BatchResult = Schemas["BatchResult"];
export type Entity = Omit<Schemas["Entity"], "kind"> & { kind: EntityKind };
export type EntityRef = Schemas["EntityRef"];
export type EventRow = Schemas["Event"];
export type EventsPage = Schemas["EventsPage"];
export type Evidence = Schemas["Evidence"];
export type FieldShares = Schemas["FieldShares"];
export type Histogram = Schemas["Histogram"];
export type Incident = Schemas["Incident"];
export type IncidentEdit = Schemas["IncidentEdit"];
export type Note = Schemas["Note"];
export type Reason = Schemas["Reason"];
export type RuleStatus = Schemas["RuleStatus"];
export type RuleTest = Schemas["RuleTest"];
export type RuleUpload = Schemas["RuleUpload"];
export type Session = Schemas["Session"];
export type Setup = Schemas["SourceSetup"];
export type SourceStatus = Schemas["SourceStatus"];
export type Text = Schemas["Text"];
export type Today = Schemas["Today"];
export type Allowance = Schemas["Allowance"];
export type Assertion = Schemas["Assertion"];
export type Backtest = Schemas["Backtest"];
export type Coverage = Schemas["Coverage"];
export type CoveredTechnique = Schemas["CoveredTechnique"];
export type Exception = Schemas["Exception"];
export type ExceptionPreview = Schemas["ExceptionPreview"];
export type Feed = Schemas["Feed"];
export type Indicator = Schemas["Indicator"];
export type IndicatorSightings = Schemas["IndicatorSightings"];
export type IntelReport = Schemas["Report"];
export type LedgerGap = Schemas["LedgerGap"];
export type LedgerOverview = Schemas["LedgerOverview"];
export type LedgerRow = Schemas["LedgerRow"];
export type LedgerSource = Schemas["LedgerSource"];
export type RuleLint = Schemas["RuleLint"];
export type RuleVersion = Schemas["RuleVersion"];
export type ValueCounts = Schemas["ValueCounts"];

export type Severity = Incident["severity"];
export type Status = Incident["status"];
export type Verdict = NonNullable<Incident["verdict"]>;
export type EntityKind = EntityRef["kind"];
export type Role = NonNullable<Session["role"]>;
export type ActionState = Action["state"];

export type Page<T> = { items: T[]; next?: string; total?: number };
export type LedgerState = LedgerRow["state"];
export type IndicatorState = Indicator["state"];
