-- Two runs as schema 10 stored them: a finished one with everything, and one that is running and asked to stop.
INSERT INTO runs (key, id, name, status, model_name, model, config, environment, dataset_id, dataset_name,
  dataset_hash, parameters, best_metric, created_at, started_at, finished_at, duration_ms, best, best_epoch, last,
  test_auc, notes)
VALUES (1, 'r-20260101-ab12', 'first', 'completed', 'dlrm', '{"name":"dlrm"}', '{"bestMetric":"auc"}', '{}',
  'movielens-100k', 'movielens-100k', 'a1b2', 100, 'auc', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:01.000Z',
  '2026-01-01T00:01:00.000Z', 59000, 0.79, 1, 0.79, 0.78, 'as expected');
INSERT INTO runs (key, id, name, status, model_name, model, config, environment, dataset_id, dataset_name,
  dataset_hash, parameters, best_metric, owner_pid, owner_started_at, owner_host, heartbeat_at, created_at)
VALUES (2, 'r-20260102-cd34', 'second', 'running', 'dlrm', '{"name":"dlrm"}', '{"bestMetric":"auc"}', '{}',
  'movielens-100k', 'movielens-100k', 'a1b2', 100, 'auc', 4711, 'boot/17', 'desk', '2026-01-02T00:00:10.000Z',
  '2026-01-02T00:00:00.000Z');
INSERT INTO metric_points VALUES (1, 1, 'train/loss', 10, 1, 0.6931, 12.5);
INSERT INTO epochs VALUES (1, 1, '{"epoch":1,"trainLoss":0.6931,"validation":null,"test":null,"durationMs":12.5}');
INSERT INTO log_lines VALUES (1, 1, '2026-01-01T00:00:01.000Z', 'info', 'Training began.');
INSERT INTO checkpoints VALUES (1, 1, 10, 1, 'best', 'checkpoints/r-20260101-ab12/10.safetensors', 400, '00',
  '2026-01-01T00:00:30.000Z');
INSERT INTO run_tags VALUES (1, 'baseline');
INSERT INTO run_requests VALUES (1, 2, 'stop', '2026-01-02T00:00:05.000Z');
