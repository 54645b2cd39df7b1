import { open } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { pipeline } from "node:stream/promises";

const PREFIX = "/stills/";
const MISSING = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);
const TYPES = new Map([
  [".jpg", "image/jpeg"],
  [".png", "image/png"],
  [".webp", "image/webp"],
]);

function decodeName(raw) {
  try {
    const name = decodeURIComponent(raw);
    return name.includes("\0") ? "" : name;
  } catch {
    return ""; // malformed escapes name no still
  }
}

/** Where the still of a request lies, or null if the request names none of ours. */
function locate(stillsDir, pathname) {
  const name = pathname.slice(PREFIX.length);
  const inside = path.join(stillsDir, name).startsWith(stillsDir + path.sep);
  return inside ? path.join(stillsDir, decodeName(name)) : null;
}

function refuse(res, status) {
  res.writeHead(status, { "Content-Type": "text/plain" });
  res.end(http.STATUS_CODES[status]);
}

async function sendStill(file, res) {
  const handle = await open(file, "r");
  try {
    const info = await handle.stat();
    if (!info.isFile()) {
      return refuse(res, 404);
    }
    const type = TYPES.get(path.extname(file).toLowerCase()) ?? "application/octet-stream";
    res.writeHead(200, { "Content-Type": type, "X-Content-Type-Options": "nosniff" });
    await pipeline(handle.createReadStream({ autoClose: false }), res);
  } finally {
    await handle.close();
  }
}

/** The public server of film stills; `stillsDir` is an absolute path. */
export function createStillsServer(stillsDir, log) {
  return http.createServer(async (req, res) => {
    try {
      const [pathname] = req.url.split("?", 1);
      const wanted = req.method === "GET" && pathname.startsWith(PREFIX);
      const file = wanted ? locate(stillsDir, pathname) : null;
      if (file === null) {
        return refuse(res, 404);
      }
      await sendStill(file, res);
    } catch (err) {
      if (res.headersSent) {
        log.warn({ err }, "still was cut off");
        res.destroy();
      } else if (MISSING.has(err.code)) {
        refuse(res, 404);
      } else {
        log.error({ err }, "still could not be sent");
        refuse(res, 500);
      }
    }
  });
}
