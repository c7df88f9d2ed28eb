import { ConfigProvider, theme as antdTheme, App as AntApp, type ThemeConfig } from "antd";
import type { MappingAlgorithm } from "antd/es/theme/interface";
import zhCN from "antd/locale/zh_CN";
import enUS from "antd/locale/en_US";
import dayjs from "dayjs";
import "dayjs/locale/zh-cn";
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from "react";
import { useLanguage } from "../i18n";

export type Mode = "light" | "dark";

const storageKey = "vedette.theme";

/** The palette; styles/tokens.css holds the same values for our own styles. */
export const palette = {
  light: {
    ground: "#f5f7f9", panel: "#ffffff", line: "#e3e8ed", text: "#1b2430", quiet: "#566472", accent: "#0b7568",
    critical: "#e5484d", high: "#f76b15", medium: "#f5b301", low: "#3e8ef7", info: "#8b98a5",
  },
  dark: {
    ground: "#0f1419", panel: "#161c24", line: "#26303b", text: "#e6edf3", quiet: "#8b98a5", accent: "#35b8a6",
    critical: "#e5484d", high: "#f76b15", medium: "#f5b301", low: "#3e8ef7", info: "#8b98a5",
  },
} as const;

const fonts = '-apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "PingFang SC", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "Helvetica Neue", Arial, sans-serif';

/** The compact sizes with our own 13 px: the algorithm by itself goes down to 12. */
const compact: MappingAlgorithm = (seed, map) => ({ ...antdTheme.compactAlgorithm(seed, map), fontSize: 13, fontSizeSM: 12, fontHeight: 20, lineHeight: 20 / 13 });

function themeOf(mode: Mode): ThemeConfig {
  const c = palette[mode];
  return {
    algorithm: [mode === "dark" ? antdTheme.darkAlgorithm : antdTheme.defaultAlgorithm, compact],
    token: {
      colorPrimary: mode === "dark" ? "#14806f" : c.accent, colorLink: c.accent, colorText: c.text, colorTextBase: c.text, colorTextSecondary: c.quiet, colorTextTertiary: c.quiet,
      colorTextDescription: c.quiet, colorTextPlaceholder: c.quiet, colorBgLayout: c.ground, colorBgContainer: c.panel, colorBgElevated: mode === "dark" ? "#1b232d" : c.panel,
      colorBorder: mode === "dark" ? "#34404d" : "#ccd4dc", colorBorderSecondary: c.line, colorSplit: c.line,
      colorError: mode === "dark" ? "#e5484d" : "#c4292e", fontFamily: fonts, fontSize: 13, borderRadius: 6, borderRadiusSM: 4, motion: false, motionDurationSlow: "0.15s", motionDurationMid: "0.12s", motionDurationFast: "0.08s",
    },
    components: {
      Button: { defaultHoverColor: c.accent, defaultHoverBorderColor: c.accent, defaultActiveColor: c.accent, defaultActiveBorderColor: c.accent },
      Table: { headerBg: c.panel, headerColor: c.quiet, headerSplitColor: "transparent", cellPaddingBlockSM: 6, cellFontSizeSM: 12, rowHoverBg: mode === "dark" ? "#1b232d" : "#f5f7f9" },
      Tabs: { horizontalMargin: "0", titleFontSize: 13, titleFontSizeSM: 13, itemSelectedColor: c.accent, itemHoverColor: c.accent, itemActiveColor: c.accent, inkBarColor: c.accent },
      Segmented: { itemSelectedColor: c.text, itemColor: c.quiet },
      Drawer: { paddingLG: 16 },
    },
  };
}

type Value = { mode: Mode; setMode: (mode: Mode) => void };
const ModeContext = createContext<Value | null>(null);

function initialMode(): Mode {
  const saved = localStorage.getItem(storageKey);
  if (saved === "light" || saved === "dark") return saved;
  return window.matchMedia?.("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** The nonce that the server gave this page, which every style sheet made at run time must carry. */
export function nonce(): string | undefined {
  const value = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content;
  return value && !value.startsWith("__") ? value : undefined;
}

/** Dialogs and menus hang here and not on the body: for the body they would lock scrolling by a style without a nonce. */
const overlay = () => document.getElementById("overlay") ?? document.body;

export function ThemeProvider({ children }: { children: ReactNode }) {
  const [mode, setMode] = useState<Mode>(initialMode);
  const { language } = useLanguage();
  useEffect(() => {
    localStorage.setItem(storageKey, mode);
    document.documentElement.dataset.theme = mode;
  }, [mode]);
  dayjs.locale(language === "zh" ? "zh-cn" : "en");
  const config = useMemo(() => themeOf(mode), [mode]);
  const value = useMemo(() => ({ mode, setMode }), [mode]);
  const csp = useMemo(() => ({ nonce: nonce() }), []);
  return (
    <ModeContext.Provider value={value}>
      <ConfigProvider theme={config} locale={language === "zh" ? zhCN : enUS} csp={csp} getPopupContainer={overlay} button={{ autoInsertSpace: false }} wave={{ disabled: true }}>
        <AntApp component={false} message={{ maxCount: 3 }}>{children}</AntApp>
      </ConfigProvider>
    </ModeContext.Provider>
  );
}

export function useMode(): Value {
  const value = useContext(ModeContext);
  if (!value) throw new Error("useMode outside ThemeProvider");
  return value;
}
