import { Alert, Button, Input } from "antd";
import { useId, useState, type FormEvent, type ReactNode } from "react";
import { Problem, api } from "../api/client";
import { useLanguage, useT } from "../i18n";
import { Icon } from "../ui/icons";
import { useMode } from "./theme";

export function Logo({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0f7f73" /><path d="M7 8l9 17 9-17h-5l-4 8.500L12 8z" fill="#fff" /><circle cx="16" cy="9" r="2.200" fill="#ffd27a" />
    </svg>
  );
}

function Card({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  const { t, language, setLanguage } = useLanguage();
  const { mode, setMode } = useMode();
  return (
    <main className="login">
      <div className="login-card">
        <div className="login-brand">
          <Logo size={32} />
          <div className="grow"><h1>Vedette</h1></div>
          <button type="button" className="icon-button" aria-label={t.shell.language} title={t.shell.language} onClick={() => setLanguage(language === "zh" ? "en" : "zh")}><Icon name="language" /></button>
          <button type="button" className="icon-button" aria-label={mode === "dark" ? t.shell.light : t.shell.dark} title={mode === "dark" ? t.shell.light : t.shell.dark} onClick={() => setMode(mode === "dark" ? "light" : "dark")}><Icon name={mode === "dark" ? "sun" : "moon"} /></button>
        </div>
        <div className="column">
          <div><h2>{title}</h2><span className="quiet">{lead}</span></div>
          {children}
        </div>
      </div>
    </main>
  );
}

function Field({ label, value, onChange, secret = false, autoComplete, autoFocus = false }: { label: string; value: string; onChange: (v: string) => void; secret?: boolean; autoComplete: string; autoFocus?: boolean }) {
  const id = useId();
  const Box = secret ? Input.Password : Input;
  return (
    <div>
      <label htmlFor={id}>{label}</label>
      <Box id={id} size="middle" name={autoComplete} value={value} onChange={(e) => onChange(e.target.value)} autoComplete={autoComplete} autoFocus={autoFocus} required />
    </div>
  );
}

export function Login({ onDone }: { onDone: () => void }) {
  const t = useT();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    setError("");
    try {
      await api.post("/session", { name, password });
      onDone();
    } catch (err) {
      const p = err instanceof Problem ? err : undefined;
      setError(p?.status === 401 ? t.login.wrong : p?.status === 429 ? t.login.limited : p?.status === 0 ? t.state.unreachable : String(p?.message ?? err));
      setPassword("");
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={t.login.title} lead={t.login.lead}>
      <form className="column" onSubmit={submit}>
        <Field label={t.login.name} value={name} onChange={setName} autoComplete="username" autoFocus />
        <Field label={t.login.password} value={password} onChange={setPassword} secret autoComplete="current-password" />
        {error && <Alert type="error" title={error} role="alert" />}
        <Button type="primary" size="middle" htmlType="submit" loading={busy} block>{t.login.submit}</Button>
        <span className="quiet">{t.login.firstUse}</span>
      </form>
    </Card>
  );
}

export function ChangePassword({ name, onDone }: { name: string; onDone: () => void }) {
  const t = useT();
  const [current, setCurrent] = useState("");
  const [fresh, setFresh] = useState("");
  const [again, setAgain] = useState("");
  const [error, setError] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (fresh.length < 10) { setError(t.login.short); return; }
    if (fresh !== again) { setError(t.login.differ); return; }
    setBusy(true);
    setError("");
    try {
      await api.post("/session/password", { current, new: fresh });
      onDone();
    } catch (err) {
      setError(err instanceof Problem && err.status === 401 ? t.login.wrong : err instanceof Error ? err.message : String(err));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={t.login.changeTitle} lead={t.login.changeLead}>
      <form className="column" onSubmit={submit}>
        <input className="visually-hidden" type="text" autoComplete="username" value={name} readOnly tabIndex={-1} aria-hidden="true" />
        <Field label={t.login.current} value={current} onChange={setCurrent} secret autoComplete="current-password" autoFocus />
        <Field label={t.login.fresh} value={fresh} onChange={setFresh} secret autoComplete="new-password" />
        <Field label={t.login.again} value={again} onChange={setAgain} secret autoComplete="new-password" />
        <span className="quiet">{t.login.short}</span>
        {error && <Alert type="error" title={error} role="alert" />}
        <Button type="primary" size="middle" htmlType="submit" loading={busy} block>{t.login.change}</Button>
      </form>
    </Card>
  );
}
