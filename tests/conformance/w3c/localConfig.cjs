// Which endpoints the public W3C suites test; docs/vc-api.md says how. Copy it into a suite's folder.
'use strict';
const {execFileSync} = require('node:child_process');

const issuer = process.env.ISSUER_URL || 'https://localhost:8443';
const verifier = process.env.VERIFIER_URL || 'http://localhost:4705';

// The issuers' identifiers are made at their first start. A configuration is read synchronously, hence the process.
const ask = `fetch('${issuer}/vc-api').then(answer => answer.text()).then(text => process.stdout.write(text))`;
const {instances} = JSON.parse(execFileSync(process.execPath, ['-e', ask]).toString());
const named = Object.fromEntries(instances.map(instance => [instance.name, instance]));

const supports = {vc: ['1.1', '2.0']};
const issuing = (name, tags, more = {}) => ({
  id: named[name].issuer, endpoint: named[name].issue, tags, supports, ...more
});
const verifying = (tags, more = {}) => ({
  id: verifier, endpoint: `${verifier}/credentials/verify?policy=proof`, tags, supports, ...more
});
const ofKeys = (...supportedEcdsaKeyTypes) => ({supportedEcdsaKeyTypes});
const withStatus = {
  options: {credentialStatus: {type: 'BitstringStatusListEntry', statusPurpose: 'revocation'}}
};

module.exports = {
  settings: {enableInteropTests: false, testAllImplementations: false},
  implementations: [{
    name: 'Waarmerk',
    implementation: 'Waarmerk',
    issuers: [
      issuing('eddsa-rdfc-2022', ['vc2.0', 'vc-api', 'eddsa-rdfc-2022']),
      issuing('eddsa-jcs-2022', ['eddsa-jcs-2022']),
      issuing('ecdsa-rdfc-2019-p256', ['ecdsa-rdfc-2019'], ofKeys('P-256')),
      issuing('ecdsa-rdfc-2019-p384', ['ecdsa-rdfc-2019'], ofKeys('P-384')),
      issuing('ecdsa-jcs-2019-p256', ['ecdsa-jcs-2019'], ofKeys('P-256')),
      issuing('ecdsa-jcs-2019-p384', ['ecdsa-jcs-2019'], ofKeys('P-384')),
      issuing('ecdsa-sd-2023', ['ecdsa-sd-2023'], ofKeys('P-256')),
      issuing('ecdsa-rdfc-2019-p256', ['BitstringStatusList', 'Revocation'], withStatus)
    ],
    verifiers: [
      verifying(['vc2.0', 'vc-api', 'eddsa-rdfc-2022', 'eddsa-jcs-2022', 'BitstringStatusList']),
      verifying(['ecdsa-rdfc-2019', 'ecdsa-jcs-2019'], ofKeys('P-256', 'P-384')),
      verifying(['ecdsa-sd-2023'], ofKeys('P-256'))
    ],
    vpVerifiers: [{
      id: verifier, endpoint: `${verifier}/presentations/verify?policy=proof`, tags: ['vc2.0']
    }],
    vcHolders: [{
      id: named['ecdsa-sd-2023'].issuer, endpoint: named['ecdsa-sd-2023'].derive,
      tags: ['vcHolder', 'ecdsa-sd-2023'], supports, ...ofKeys('P-256')
    }]
  }]
};
