/**
 * nginx.conf of the image server: plain files with range requests, a list of them, and a health page. Pure. HTTP only:
 * a bare machine has no certificate authority yet, and the image's checksum comes over the cluster's API.
 */
export function nginxConfig(port: number): string {
  return `worker_processes auto;
pid /tmp/nginx.pid;
error_log /dev/stderr warn;
events { worker_connections 256; }
http {
  include /etc/nginx/mime.types;
  default_type application/octet-stream;
  access_log /dev/stdout;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  client_body_temp_path /tmp/client_body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  server {
    listen ${port};
    listen [::]:${port};
    root /images;
    autoindex on;
    # What it has is named by content or version and never changes; what is being copied in ends in .part.
    location ~ \\.part$ { return 404; }
    location = /healthz { access_log off; return 200 "ok\\n"; }
  }
}
`;
}
