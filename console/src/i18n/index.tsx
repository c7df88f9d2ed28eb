import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import type { Text } from "../api/vocabulary";
import { en, type Dictionary } from "./en";
import { zh } from "./zh";

export type Language = "en" | "zh";

const dictionaries: Record<Language, Dictionary> = { en, zh };
const storageKey = "vedette.language";

type Value = { language: Language; t: Dictionary; setLanguage: (language: Language) => void; pick: (text: Text | undefined) => string; ruleTitle: (alert: { rule_title: string; rule_title_zh?: string }) => string; ruleName: (rule: { title: string; title_zh?: string }) => string };

const LanguageContext = createContext<Value | null>(null);

function initialLanguage(): Language {
  const saved = localStorage.getItem(storageKey);
  if (saved === "en" || saved === "zh") return saved;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(initialLanguage);
  useEffect(() => {
    localStorage.setItem(storageKey, language);
    document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  }, [language]);
  const value = useMemo<Value>(() => ({
    language, setLanguage, t: dictionaries[language], pick: (text) => (text ? text[language] || text.en || text.zh : ""),
    ruleTitle: (alert) => (language === "zh" && alert.rule_title_zh) || alert.rule_title,
    ruleName: (rule) => (language === "zh" && rule.title_zh) || rule.title,
  }), [language]);
  return <LanguageContext.Provider value={value}>{children}</LanguageContext.Provider>;
}

export function useLanguage(): Value {
  const value = useContext(LanguageContext);
  if (!value) throw new Error("useLanguage outside LanguageProvider");
  return value;
}

/** The dictionary of the chosen language. */
export const useT = () => useLanguage().t;
