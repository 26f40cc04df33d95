// The one compiled copy of Boost.JSON in gatepost_admin.
#include <boost/json/src.hpp>
