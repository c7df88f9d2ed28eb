package console

// missingPage is what a binary without the console answers. It is styled by the nonce like every page.
const missingPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Vedette</title>
<style nonce="__CSP_NONCE__">
body { margin: 12vh auto; max-width: 36rem; padding: 0 1rem; color: #1b2430; background: #f5f7f9; font: 15px/1.6 system-ui, sans-serif }
code { padding: .1em .35em; border-radius: 4px; background: #e3e8ed }
@media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0f1419 } code { background: #26303b } }
</style>
<h1>Vedette is running</h1>
<p>This binary was built without the web console. Everything else works: the API is at <code>/api/v1</code>.</p>
<p>To get the console, with Node 20 or newer: <code>make console</code>, then build the binary again.</p>
<p lang="zh">此程序构建时未包含网页控制台，其余功能均可用。安装 Node 20 或更新版本后运行 <code>make console</code>，再重新构建即可。</p>
</html>
`
