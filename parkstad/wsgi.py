"""What gunicorn serves: `gunicorn parkstad.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "parkstad.settings")

application = get_wsgi_application()
