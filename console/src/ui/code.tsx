import { autocompletion, closeBrackets, type CompletionSource } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { HighlightStyle, StreamLanguage, bracketMatching, foldGutter, syntaxHighlighting, type StreamParser } from "@codemirror/language";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec, type Extension } from "@codemirror/state";
import { EditorView, keymap, lineNumbers, placeholder as placeholderOf } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useRef } from "react";
import { nonce } from "../app/theme";

type Language = "yaml" | "json" | "logsql" | "text";

export type CodeProps = {
  value: string; onChange?: (value: string) => void; language: Language; label: string; readOnly?: boolean; height?: number | string;
  oneLine?: boolean; placeholder?: string; onSubmit?: () => void; complete?: CompletionSource; problem?: { from: number; to: number; message: string };
  marks?: readonly LineMark[];
};

/** What a linter says of a line, counted from 1. */
export type LineMark = { line: number; column?: number; message: string; severity: "error" | "warning" };

/** LogsQL, as far as colouring needs it: strings, field names, words of the language, pipes. */
const logsql: StreamParser<null> = {
  startState: () => null,
  token(stream) {
    if (stream.eatSpace()) return null;
    const c = stream.peek() ?? "";
    if (c === '"' || c === "'" || c === "`") {
      stream.next();
      for (let x = stream.next(); x && x !== c; x = stream.next()) if (x === "\\" && c !== "`") stream.next();
      return "string";
    }
    if (stream.match(/^(and|or|not)\b/i)) return "keyword";
    if (c === "|") { stream.next(); stream.match(/^\s*[a-z_]+/i); return "keyword"; }
    if (stream.match(/^[\w.]+(?=\s*:)/)) return "propertyName";
    if (stream.match(/^-?\d+(\.\d+)?\b/)) return "number";
    if (stream.match(/^[\w.*-]+/)) return "variableName";
    stream.next();
    return "operator";
  },
};

const colors = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--low-text)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--good-text)" },
  { tag: [tags.keyword, tags.operatorKeyword], color: "var(--high-text)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--medium-text)" },
  { tag: tags.comment, color: "var(--quiet)", fontStyle: "italic" },
  { tag: [tags.operator, tags.punctuation, tags.meta], color: "var(--quiet)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--text)", backgroundColor: "transparent" },
  ".cm-content": { fontFamily: "var(--mono)", caretColor: "var(--text)", padding: "6px 0" },
  ".cm-line": { padding: "0 10px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--quiet)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": { backgroundColor: "var(--selected)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-placeholder": { color: "var(--quiet)" },
  ".cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line-strong)", borderRadius: "6px", boxShadow: "var(--shadow)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--selected)", color: "var(--text)" },
  ".cm-tooltip-autocomplete ul": { fontFamily: "var(--mono)", maxHeight: "16em" },
  ".cm-completionDetail": { color: "var(--quiet)", fontStyle: "normal", marginLeft: "12px" },
  ".cm-panels": { backgroundColor: "var(--raised)", color: "var(--text)" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--critical)" },
  ".cm-diagnostic-warning": { borderLeft: "3px solid var(--medium)" },
});

function languageOf(language: Language): Extension {
  if (language === "yaml") return yaml();
  if (language === "json") return json();
  return language === "logsql" ? StreamLanguage.define(logsql) : [];
}

function diagnosticOf(view: EditorView, m: LineMark): Diagnostic {
  const line = view.state.doc.line(Math.min(Math.max(1, m.line), view.state.doc.lines));
  const lead = line.text.length - line.text.trimStart().length;
  const from = line.from + Math.min(m.column ? m.column - 1 : lead, line.length);
  return { from, to: Math.max(line.to, from), severity: m.severity, message: m.message };
}

/** CodeMirror as a field. */
export function Code({ value, onChange, language, label, readOnly = false, height, oneLine = false, placeholder, onSubmit, complete, problem, marks }: CodeProps) {
  const box = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef({ onChange, onSubmit, complete });
  latest.current = { onChange, onSubmit, complete };
  useEffect(() => {
    const submit = () => { latest.current.onSubmit?.(); return true; };
    const csp = nonce();
    const made = new EditorView({
      parent: box.current as HTMLDivElement,
      state: EditorState.create({
        doc: value,
        extensions: [
          csp ? EditorView.cspNonce.of(csp) : [],
          Prec.highest(keymap.of([{ key: "Mod-Enter", run: submit }])),
          complete ? autocompletion({ override: [(context) => latest.current.complete?.(context) ?? null], icons: false, activateOnTyping: true }) : [],
          oneLine ? Prec.low(keymap.of([{ key: "Enter", run: submit }])) : [lineNumbers(), foldGutter(), marks ? lintGutter() : []],
          readOnly ? [EditorState.readOnly.of(true)] : [history(), closeBrackets()],
          search({ top: true }), bracketMatching(), new Compartment().of(languageOf(language)), syntaxHighlighting(colors), look, EditorView.lineWrapping,
          placeholder ? placeholderOf(placeholder) : [],
          keymap.of([...historyKeymap, ...searchKeymap, ...defaultKeymap]),
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          EditorView.updateListener.of((u) => { if (u.docChanged) latest.current.onChange?.(u.state.doc.toString()); }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
    // The editor keeps its own state: it is made once, and told about changes below.
  }, [language, readOnly, oneLine, label, placeholder]); // eslint-disable-line react-hooks/exhaustive-deps
  useEffect(() => {
    const v = view.current;
    if (v && v.state.doc.toString() !== value) v.dispatch({ changes: { from: 0, to: v.state.doc.length, insert: value } });
  }, [value]);
  useEffect(() => {
    const v = view.current;
    if (!v) return;
    const end = v.state.doc.length;
    const list: Diagnostic[] = marks ? marks.map((m) => diagnosticOf(v, m)) : problem ? [{ from: Math.min(problem.from, Math.max(0, end - 1)), to: Math.min(Math.max(problem.to, problem.from + 1), end), severity: "error", message: problem.message }] : [];
    v.dispatch(setDiagnostics(v.state, list));
  }, [problem, marks]);
  return <div ref={box} className={oneLine ? "code-box one-line" : "code-box"} style={height ? { height } : undefined} />;
}
