// The TypeScript SDK of the handshake era, @modelcontextprotocol/sdk.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { target, walk } from './steps.mjs';

const transports = {
  stdio: () => new StdioClientTransport({ ...target.server, stderr: 'ignore' }),
  http: () => new StreamableHTTPClientTransport(new URL(target.url)),
  sse: () => new SSEClientTransport(new URL(target.url)),
};
const client = new Client({ name: 'conformance', version: '1' });
const transport = transports[target.transport]();
let version;
const tell = transport.setProtocolVersion?.bind(transport);
// The client tells its transport what was negotiated, and nobody else.
transport.setProtocolVersion = (negotiated) => {
  version = negotiated;
  tell?.(negotiated);
};
await client.connect(transport);
await walk(version, {
  call: (name, args, how) => client.callTool({ name, arguments: args }, undefined, how),
  read: (uri) => client.readResource({ uri }),
  templates: async () => (await client.listResourceTemplates()).resourceTemplates,
  prompt: (name, args) => client.getPrompt({ name, arguments: args }),
});
await client.close();
process.exit(0);
