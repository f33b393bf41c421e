@echo off
rem Step 7 of 20: features into the Windows in R: (only a Windows host can do that). Code 3010 is success, too.
dism /English /Image:R:\ /Enable-Feature /FeatureName:Containers /All
if not "%errorlevel%"=="0" if not "%errorlevel%"=="3010" exit /b %errorlevel%
rem Last, the stamp: all of it is installed.
if not exist "R:\hvsbuild" mkdir "R:\hvsbuild"
if not exist "R:\hvsbuild" exit /b 1
>"R:\hvsbuild\features.json" echo {"hvsbuild-serviced": 1, "asked": "df21068cc41296bef4d91c5f4eacb48bae8fbb08eaa13d55aabafd2f97f16537"}|| exit /b 1
exit /b 0
