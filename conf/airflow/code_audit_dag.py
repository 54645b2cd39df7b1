"""A review every weekday night, for Airflow 2.4 or later and 3. Compiled by a test, never run by this project.

Needs the provider apache-airflow-providers-apache-spark and a Spark connection `spark_code_audit` that names
the cluster (its extra may set the deploy mode). No secret is in this file or in an argument: the cluster's
credentials are the connection's, those of git and of the model hub are files on the nodes, named by path.

A retry is safe. The output folder is continued by row: what came back is not asked again, failed rows are.
The audit's exit code 1 (some rows failed) fails the task like any other and so is retried; after the last
retry the tables are whole and say which rows failed. Exit code 2 (wrong arguments) fails again at once.
"""

from datetime import datetime, timedelta

try:
    from airflow.sdk import DAG
except ImportError:  # Airflow 2
    from airflow import DAG
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator

HOME = "/opt/code-audit"

with DAG(
    dag_id="code_audit_nightly",
    schedule="30 1 * * 1-5",
    start_date=datetime(2026, 1, 1),
    catchup=False,
    # Never two at a time: the second would find the output folder locked.
    max_active_runs=1,
    default_args={
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(hours=20),
    },
    tags=["code-audit"],
):
    SparkSubmitOperator(
        task_id="review",
        conn_id="spark_code_audit",
        name="code-audit",
        application=f"{HOME}/code-audit.jar",
        java_class="org.codeaudit.job.Main",
        conf={
            # One GPU and one model per executor, fed by four tasks.
            "spark.executor.cores": "4",
            "spark.executor.resource.gpu.amount": "1",
            "spark.executor.resource.gpu.discoveryScript": f"{HOME}/conf/gpus.sh",
            "spark.task.resource.gpu.amount": "0.25",
            "spark.executorEnv.PYTORCH_LIBRARY_PATH": "/opt/pytorch/torch/lib",
            "spark.executorEnv.PYTORCH_VERSION": "2.7.1",
            "spark.executorEnv.PYTORCH_FLAVOR": "cu128",
            # What is retried is decided here, not by YARN.
            "spark.yarn.maxAppAttempts": "1",
        },
        application_args=[
            "review",
            "/srv/repositories",
            "--commits",
            "50",
            "--model",
            "/srv/models/Qwen2.5-Coder-7B-Instruct",
            "--out",
            "hdfs:///audits/nightly",
            "--quiet",
        ],
        env_vars={
            "HF_TOKEN_PATH": "/etc/code-audit/hugging-face/token",
            "GIT_CONFIG_GLOBAL": "/etc/code-audit/git/gitconfig",
        },
    )
