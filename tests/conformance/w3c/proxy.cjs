// Serves https in front of a service on this machine, for suites that take status lists over https alone.
// node proxy.cjs LISTEN TARGET, with key.pem and cert.pem in the working folder.
'use strict';
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');

const [listen, target] = process.argv.slice(2).map(Number);
const certificate = {key: fs.readFileSync('key.pem'), cert: fs.readFileSync('cert.pem')};
https.createServer(certificate, (request, response) => {
  const {method, headers, url: path} = request;
  const onward = http.request({host: 'localhost', port: target, path, method, headers}, answer => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.writeHead(502).end());
  request.pipe(onward);
}).listen(listen);
