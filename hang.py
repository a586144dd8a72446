import faulthandler; faulthandler.dump_traceback_later(25, exit=True)
