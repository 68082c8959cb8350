import { Logger } from '@aws-lambda-powertools/logger'
import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics'
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { cachedSecrets } from './cached-secrets.ts'
import { type Log, METRICS, type Metrics, type Platform, required, type Secrets } from './platform.ts'
import { parseSecretDocument } from './secret-document.ts'
import { systemClock, systemRandom } from './system.ts'

/** AWS Lambda: JSON logs and metrics on the console, the secret in Secrets Manager. @param service names both. */
export function lambdaPlatform(service: string): Platform {
  const log = lambdaLog(service)
  return {
    clock: systemClock,
    random: systemRandom,
    log,
    metrics: lambdaMetrics(service),
    secrets: lambdaSecrets(log),
  }
}

function lambdaLog(service: string): Log {
  const logger = new Logger({ serviceName: service })
  return {
    debug: (message, fields = {}) => logger.debug(message, fields),
    info: (message, fields = {}) => logger.info(message, fields),
    warn: (message, fields = {}) => logger.warn(message, fields),
    error: (message, fields = {}) => logger.error(message, fields),
    begin: requestId => logger.appendKeys({ requestId }),
  }
}

function lambdaMetrics(service: string): Metrics {
  // The stack names the stage in the namespace, so that two stages of one account are not added up.
  const namespace = process.env.POWERTOOLS_METRICS_NAMESPACE ?? 'vidsync'
  const metrics = new PowertoolsMetrics({ namespace, serviceName: service })
  return {
    add: (name, value) => {
      metrics.addMetric(name, METRICS[name], value)
    },
    publish: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics()
    },
  }
}

/** Functions that need no secret never reach for it: `SECRET_ID` is read when the first one asks. */
function lambdaSecrets(log: Log): Secrets {
  let client: SecretsManagerClient | undefined
  const load = async () => {
    client ??= new SecretsManagerClient({
      requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
    })
    const answer = await client.send(new GetSecretValueCommand({ SecretId: required(process.env, 'SECRET_ID') }))
    return parseSecretDocument(answer.SecretString)
  }
  return cachedSecrets(load, systemClock, log)
}
